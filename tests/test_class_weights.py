import numpy as np
import pytest
import torch

from regrade.training import cancelled_loss, weighted_loss, weights_of_classes


def test_weights_of_classes():  # B-25
    weights = weights_of_classes(np.array([73, 259, 259]), "one_minus_share")
    assert weights.tolist() == pytest.approx([0.876481, 0.561760, 0.561760], abs=1e-6)
    assert weights_of_classes(np.array([73, 259, 259]), "none").tolist() == [1, 1, 1]
    coded = weights_of_classes(np.array([73, 259, 259]), "largest_over_own")
    assert coded.tolist() == pytest.approx([3.5479, 1, 1], abs=1e-4)


def test_a_class_without_subjects_has_no_weight():
    with pytest.raises(ValueError, match=r"\[3, 0\] training subjects; one without"):
        weights_of_classes(np.array([3, 0]), "one_minus_share")
    assert weights_of_classes(np.array([3, 0]), "none").tolist() == [1, 1]


def test_a_weight_acts_at_batch_size_one():
    """Unlike in torch's own weighted mean, which divides by it again (3B-8)."""
    gradients = []
    for loss in (weighted_loss, cancelled_loss):
        for weight in (1.0, 2.0):
            logits = torch.tensor([[0.3, -0.2, 0.1]], requires_grad=True)
            loss(logits, torch.tensor([0]), torch.tensor([weight, 1, 1])).backward()
            gradients.append(logits.grad)
    ours, ours_doubled, torchs, torchs_doubled = gradients
    assert torch.allclose(ours_doubled, 2 * ours)
    assert torch.allclose(torchs_doubled, torchs)


def test_the_loss_is_the_mean_over_the_batch():
    logits = torch.zeros(2, 2)  # each item: log 2
    loss = weighted_loss(logits, torch.tensor([0, 1]), torch.tensor([3.0, 1.0]))
    assert float(loss) == pytest.approx(2 * np.log(2))
