"""What a firm's own systems call: keys, the REST interface, and what speaks other tools' protocols."""
