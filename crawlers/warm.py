"""Imported once, by the process of which all crawls are forked: what they need is loaded, and shared by them."""

import gc

import crawlers.engine  # noqa: F401

gc.collect()
gc.freeze()  # else each fork's collector would touch, and so copy, all of it
