"""What a project is run with: its image, who measures it, and a cluster."""
