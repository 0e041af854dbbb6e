"""Tells a firm's systems what happened: signed messages (Standard Webhooks), sent until they arrive or are given up."""
