"""Events of the security sensors (Suricata EVE): ten thousand of them become the handful a person should look at."""
