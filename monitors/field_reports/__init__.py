"""What citizens report from the street (phản ánh hiện trường): routed, followed until it is done, public at the end."""
