"""Write random weights into a file of the library's layout, for the demo."""

import torch

from regrade.logs import log_to
from regrade.networks import LIBRARY


def random_weights(name: str, seed: int) -> dict[str, torch.Tensor]:
    """Give the weights of a network of the library before it has learnt anything."""
    torch.manual_seed(seed)
    return LIBRARY[name](weights=None).state_dict()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    weights = random_weights(snakemake.params.name, snakemake.params.seed)
    torch.save(weights, snakemake.output.weights)
