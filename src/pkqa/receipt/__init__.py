"""Receipts: what was asked and answered, from which snapshot and with which settings.

The seal of a receipt shows that it was edited; it is no signature, since whoever edits a receipt
can compute it anew. Whether a receipt still holds is told by :mod:`pkqa.receipt.check`.
"""
