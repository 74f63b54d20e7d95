"""The check `answers-unlike-baseline`."""
