"""Where cases and routing meet: what routing is told, who may hold a case, and how load is evened out."""
