"""What serves HTTP for any application: the server, its connections and their bounds, and what no answer may lack."""
