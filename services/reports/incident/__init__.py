"""An incident: one alert and everything that hangs on it, as a control room looks at it."""
