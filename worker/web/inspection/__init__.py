"""What inspectors look through; nothing here changes anything but the trail of draws."""
