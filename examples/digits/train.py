"""
Train the digits network and write digits.onnx.

Needed only to change the network: the trained digits.onnx is part of the repository. Beside this
project it takes `pip install torch==2.13.0`; run `python examples/digits/train.py`.
"""

from __future__ import annotations

import argparse
from collections import OrderedDict
from pathlib import Path

import torch
from dataset import SEED, Samples, load_split
from torch import nn

EPOCHS = 40
BATCH = 32
PEAK_RATE = 0.02
WEIGHT_DECAY = 5e-4


def conv(index: int, inputs: int, outputs: int) -> dict[str, nn.Module]:
    """
    3x3 convolution, normalization (folded into it by the export) and ReLU.
    """
    return {
        f"conv{index}": nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        f"norm{index}": nn.BatchNorm2d(outputs),
        f"relu{index}": nn.ReLU(),
    }


def build_network() -> nn.Sequential:
    """
    [N, 1, 8, 8] -> [N, 10] logits; 452,864 multiply-accumulates.
    """
    layers = {
        **conv(1, 1, 16),
        **conv(2, 16, 32),
        "pool2": nn.MaxPool2d(2),
        **conv(3, 32, 32),
        "pool3": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "fc": nn.Linear(128, 10),
    }
    return nn.Sequential(OrderedDict(layers))


def shifted(images: torch.Tensor) -> torch.Tensor:
    """
    The batch [N, 1, 8, 8], each image moved by up to one pixel: a digit is the same there.
    """
    padded = nn.functional.pad(images, (1, 1, 1, 1))
    rows, columns = torch.randint(0, 3, (2, len(images))).tolist()
    moved = [p[:, r : r + 8, c : c + 8] for p, r, c in zip(padded, rows, columns, strict=True)]
    return torch.stack(moved)


def train(network: nn.Module, samples: Samples) -> None:
    """
    SGD with Nesterov momentum and a one-cycle learning rate.
    """
    x, y = torch.from_numpy(samples.x), torch.from_numpy(samples.y)
    optimizer = torch.optim.SGD(
        network.parameters(), PEAK_RATE, momentum=0.9, nesterov=True, weight_decay=WEIGHT_DECAY
    )
    batches = -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, EPOCHS * batches)
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)
    network.train()
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            loss(network(shifted(x[chosen])), y[chosen]).backward()
            optimizer.step()
            schedule.step()
    network.eval()


def top1(network: nn.Module, samples: Samples) -> float:
    """
    Share of samples whose highest logit is the right one.
    """
    with torch.no_grad():
        guesses = network(torch.from_numpy(samples.x)).argmax(1).numpy()
    return float((guesses == samples.y).mean())


def export(network: nn.Module, path: Path) -> None:
    """
    One self-contained ONNX file, opset 17, input `input` [N, 1, 8, 8], output `logits` [N, 10].
    """
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, 8, 8),),
        path,
        dynamo=False,
        opset_version=17,
        input_names=["input"],
        output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
    )


def main() -> None:
    """
    Train, export, and print the accuracy.
    """
    parser = argparse.ArgumentParser(description="Train the digits network.")
    default = Path(__file__).with_name("digits.onnx")
    parser.add_argument("-o", "--output", type=Path, default=default)
    args = parser.parse_args()

    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    training, test = load_split()
    network = build_network()
    train(network, training)
    export(network, args.output)
    print(f"top-1: train {top1(network, training):.2%}, test {top1(network, test):.2%}")
    print(f"{args.output}: {args.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
