using Plumbline.Testing.Torch;
using Plumbline.Torch.Optimization;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Optimization;

public sealed class AdamWTests
{
    // TorchSharp's optimiser leaves a tensor of its own behind, so this one is not counted.
    [Fact]
    public void Five_steps_equal_TorchSharps_own_AdamW()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var ours = randn(6, 4).requires_grad_();
        using var theirs = new TorchSharp.Modules.Parameter(ours.detach().clone());
        var target = randn(6, 4);
        using var adamW = new AdamW([new OptimizedParameter("w", ours, true)], new AdamWOptions { WeightDecay = 0.1 });
        using var plain = optim.AdamW([theirs], lr: 0.01, weight_decay: 0.1);

        for (var step = 0; step < 5; step++)
        {
            (ours - target).pow(2).sum().backward();
            adamW.Apply(0.01);
            adamW.ZeroGradients();
            plain.zero_grad();
            (theirs - target).pow(2).sum().backward();
            plain.step();
        }

        Assert.True((ours - theirs).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    [NoTensorLeaks]
    public void The_first_step_moves_by_the_learning_rate_against_the_sign_of_the_gradient()
    {
        using var scope = NewDisposeScope();
        var parameter = tensor(new[] { 1f, -2f }).requires_grad_();
        using var adamW = new AdamW([new OptimizedParameter("w", parameter, false)], new AdamWOptions { WeightDecay = 0.5 });
        (parameter * tensor(new[] { 3f, -0.5f })).sum().backward();

        adamW.Apply(0.1);

        // m̂/√v̂ = ±1 at step 1, and nothing decays that is not marked.
        Assert.Equal(0.9f, parameter[0].item<float>(), 1e-5);
        Assert.Equal(-1.9f, parameter[1].item<float>(), 1e-5);
    }

    [Fact]
    [NoTensorLeaks]
    public void State_written_back_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (first, second) = (ones(8).requires_grad_(), ones(8).requires_grad_());
        using var straight = new AdamW([new OptimizedParameter("w", first, true)], new AdamWOptions());
        using var resumed = new AdamW([new OptimizedParameter("w", second, true)], new AdamWOptions());
        void Step(AdamW optimizer, Tensor parameter, int step)
        {
            ((parameter - step).pow(2) * arange(8)).sum().backward();
            optimizer.Apply(0.1);
            optimizer.ZeroGradients();
        }

        Step(straight, first, 0);
        using (no_grad())
        {
            second.copy_(first);
        }

        foreach (var ((_, from), (_, to)) in straight.State.Zip(resumed.State))
        {
            to.copy_(from);
        }

        resumed.ResumeAt(straight.Step);
        Step(straight, first, 1);
        Step(resumed, second, 1);

        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
    }
}
