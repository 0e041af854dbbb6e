#!/bin/sh
# Serves one model to lawqa with vLLM, by the OpenAI protocol, on loopback.
#   sh deploy/vllm/serve.sh FOLDER NAME PORT [more flags of vllm serve]
# FOLDER holds config.json, the tokenizer and *.safetensors; NAME is what lawqa calls the model (LAWQA_MODEL); the key is
# taken from VLLM_API_KEY. VLLM=…: the program, if it is not on the path; CONTEXT=16384: tokens of a request and its
# reply; AT_ONCE=16: requests at a time; HOST=127.0.0.1: another address only inside a private network.
set -eu
say() { echo "$*" >&2; exit 2; }
[ $# -ge 3 ] || say "Say what to serve: sh deploy/vllm/serve.sh FOLDER NAME PORT"
folder=$1 name=$2 port=$3
shift 3
[ -f "$folder/config.json" ] || say "There is no config.json in $folder: say the folder that holds the model."
ls "$folder"/*.safetensors >/dev/null 2>&1 || say "There are no safetensors in $folder: other formats may run code when read."
[ -n "${VLLM_API_KEY:-}" ] || say "Set VLLM_API_KEY to a long random text, and lawqa's LAWQA_MODEL_KEY to the same."
for flag in "$@"; do
    case $flag in
    --trust-remote-code* | --trust_remote_code*) say "A model that brings code of its own is not served: $flag." ;;
    esac
done

unset VLLM_SERVER_DEV_MODE VLLM_ALLOW_RUNTIME_LORA_UPDATING # no routes that change the server
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1
# Prefix caching: lawqa's requests begin alike (system message, sources in a stable order) and end with what differs.
# Compact JSON: a small model that may write white space writes it for ever. generation-config: lawqa sets each request's
# sampling, the model's folder does not. prompt-tokens-details: replies say how much of the prompt was cached.
exec "${VLLM:-vllm}" serve "$folder" --served-model-name "$name" --host "${HOST:-127.0.0.1}" --port "$port" \
    --load-format safetensors --language-model-only --generation-config vllm \
    --max-model-len "${CONTEXT:-16384}" --max-num-seqs "${AT_ONCE:-16}" \
    --enable-prefix-caching --enable-prompt-tokens-details \
    --structured-outputs-config '{"backend": "xgrammar", "disable_any_whitespace": true}' \
    --disable-fastapi-docs --disable-uvicorn-access-log "$@"
