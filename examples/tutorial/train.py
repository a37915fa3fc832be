"""
The network of docs/tutorial.md: handwritten digits, trained and exported with PyTorch.

Writes digits_cnn.onnx (float, as `torch.onnx.export` has it by default) with its weights beside it,
and images that it was not trained on: digits.npz to calibrate and to choose plans with,
digits_test.npz to test. Takes `pip install torch==2.13.0 onnxscript scikit-learn`.
"""

from __future__ import annotations

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

EPOCHS = 40
BATCH = 32
TRAINING = slice(0, 600)
CHOOSING = slice(600, 1400)
TEST = slice(1400, 1797)


def build_network() -> nn.Sequential:
    """
    [N, 1, 8, 8] -> [N, 10] logits.
    """
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )


def train(network: nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
    """
    Adam on the cross entropy, `EPOCHS` times over all images.
    """
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    network.train()
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[chosen]), y[chosen]).backward()
            optimizer.step()
    network.eval()


def main() -> None:
    """
    Train, say how good it is, write the files.
    """
    torch.manual_seed(0)
    pixels, labels = load_digits(return_X_y=True)
    x = torch.from_numpy((pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8))
    y = torch.from_numpy(labels.astype(np.int64))
    network = build_network()
    train(network, x[TRAINING], y[TRAINING])
    with torch.no_grad():
        right = network(x[TEST]).argmax(1) == y[TEST]
    print(f"top-1 of {len(right)} test images: {right.float().mean():.2%}")

    torch.onnx.export(network, (x[:1],), "digits_cnn.onnx")
    for name, images in (("digits.npz", CHOOSING), ("digits_test.npz", TEST)):
        np.savez(name, x=x[images].numpy(), y=y[images].numpy())


if __name__ == "__main__":
    main()
