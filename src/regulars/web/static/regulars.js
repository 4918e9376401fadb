// Regulars
