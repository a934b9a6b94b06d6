using Plumbline.Testing;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Safetensors;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Safetensors;

[NoTensorLeaks]
public sealed class StateLoaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_misfit_is_listed_at_once_and_nothing_is_changed()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(
            folder.Path,
            [("good", ones(2)), ("shape", ones(2, 3)), ("dtype", ones(2, ScalarType.Int64)), ("extra", ones(1, ScalarType.BFloat16))],
            maxShardBytes: 16
        );
        var good = zeros(2);

        var refusal = Assert.Throws<InvalidInputException>(() =>
            StateLoader.Load(folder.Path, [("good", good), ("gone", zeros(4)), ("shape", zeros(3, 2)), ("dtype", zeros(2))])
        );

        Assert.Contains("missing 'gone': the model needs Float32 [4]", refusal.Problem);
        Assert.Contains("wrong shape 'shape': the model needs Float32 [3, 2], the file has F32 [2, 3]", refusal.Problem);
        Assert.Contains("wrong dtype 'dtype': the model needs Float32 [2], the file has I64 [2]", refusal.Problem);
        Assert.Contains("unexpected 'extra': the file has BF16 [1]", refusal.Problem);
        Assert.StartsWith("4 of 4 tensors do not fit", refusal.Problem);
        Assert.Equal(0, good.sum().item<float>());
    }

    [Fact]
    public void Parameters_are_filled_and_floating_dtypes_converted_unless_that_is_forbidden()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("w", full([2, 2], 1.5, ScalarType.BFloat16)), ("n", tensor(3L))]);
        var weight = zeros(2, 2).requires_grad_();
        var count = tensor(0L);
        (string, Tensor)[] state = [("w", weight), ("n", count)];

        var refusal = Assert.Throws<InvalidInputException>(() =>
            StateLoader.Load(folder.Path, state, new StateLoadOptions { AllowCast = false })
        );
        StateLoader.Load(folder.Path, state);

        Assert.Contains("wrong dtype 'w'", refusal.Problem);
        Assert.Equal(6f, weight.sum().item<float>());
        Assert.Equal(3, count.item<long>());
        Assert.True(weight.is_leaf);
    }

    [Fact]
    public void Tensors_named_as_dispensable_may_be_missing_or_unexpected()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("w", ones(2)), ("lm_head.weight", ones(2))]);
        var (weight, head) = (zeros(2), full(1, 9f));

        StateLoader.Load(
            folder.Path,
            [("w", weight), ("score.weight", head)],
            new StateLoadOptions { AllowUnexpected = name => name == "lm_head.weight", AllowMissing = name => name == "score.weight" }
        );

        Assert.Equal((2f, 9f), (weight.sum().item<float>(), head.item<float>()));
    }

    [Fact]
    public void Two_expected_tensors_of_one_name_are_a_programming_error()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteSharded(folder.Path, [("w", ones(2))]);

        Assert.Throws<ArgumentException>(() => StateLoader.Load(folder.Path, [("w", zeros(2)), ("w", zeros(2))]));
    }
}
