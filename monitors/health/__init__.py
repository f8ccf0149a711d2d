"""Cases of notifiable diseases, outbreaks, and where there is a bed or a doctor free."""
