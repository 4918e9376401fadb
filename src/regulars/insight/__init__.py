"""Pure calculation: Ibis expressions or arrays in, Ibis expressions or frozen values out."""
