"""The record at size: so many registrations with all that belongs to them, written by COPY and measured."""

from bench.record.writing import write_record as write_record
