"""What an operator looks at and leans on: readiness, figures, logs, the operations page, backup and restore."""
