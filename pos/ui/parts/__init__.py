"""What every screen is put together from: the look, the words of rows, lists, sheets and fields."""
