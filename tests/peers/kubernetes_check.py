"""Holds YAML files at sys.argv[1:] against the schemas of Kubernetes, strictly: fields that it does not know are mistakes. Prints JSON: for
each file its documents and what is wrong with them."""

import json
import sys

import kubernetes_validate
import yaml

VERSION = "1.37"


def wrong(document):
    try:
        kubernetes_validate.validate(document, VERSION, strict=True)
        return []
    except kubernetes_validate.ValidationError as error:
        return [error.message]
    except (kubernetes_validate.SchemaNotFoundError, kubernetes_validate.InvalidSchemaError) as error:
        return [f"there is no schema: {error}"]


def check(path):
    try:
        with open(path, encoding="utf-8") as file:
            documents = list(yaml.safe_load_all(file))
    except yaml.YAMLError as error:
        return {"documents": [], "wrong": [f"this is no YAML: {error}"]}
    return {"documents": documents, "wrong": [text for document in documents for text in wrong(document)]}


json.dump([check(path) for path in sys.argv[1:]], sys.stdout)
