"""What Rasid puts into Kibana: data, and no code."""
