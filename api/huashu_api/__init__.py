"""Every way into Huashu: the command line, HTTP, and files in bulk. No model logic lives here."""
