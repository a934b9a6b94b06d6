using Plumbline.Models.Adapters;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Tests.Adapters;

[NoTensorLeaks]
public sealed class LowRankUpdateTests
{
    [Theory]
    [InlineData("lora")]
    [InlineData("rslora")]
    [InlineData("dora")]
    public void Outputs_and_gradients_equal_those_of_the_papers_written_out_in_another_language(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.All().Single(each => each.Name == name);
        var projection = Projection(golden, ScalarType.Float64);
        using var update = Update(golden, projection);
        projection.Updates = [new ActiveUpdate(update, 1)];
        var input = golden.Input;
        input.requires_grad = true;

        var output = projection.Forward(input);
        (output * golden.Coefficients).sum().backward();

        AssertClose(golden.Output, output);
        AssertClose(golden.InputGradient, input.grad!);
        foreach (var parameter in update.Parameters)
        {
            foreach (var part in parameter.Parts)
            {
                AssertClose(golden.Gradient(GoldenName(part.Name)), parameter.Value.grad!.narrow(0, part.Start, part.Rows));
            }
        }
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("rslora")]
    [InlineData("dora")]
    public void Merged_weights_give_the_output_of_base_and_update(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.All().Single(each => each.Name == name);
        var projection = Projection(golden, ScalarType.Float32);
        using var update = Update(golden, projection);
        projection.Updates = [new ActiveUpdate(update, 1)];
        var input = golden.Input.to(ScalarType.Float32);

        var merged = F.linear(input, projection.EffectiveWeight(), projection.Bias!.Value);

        AssertClose(golden.Output, merged, 1e-5);
        AssertClose(golden.Output, projection.Forward(input), 1e-5);
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("dora")]
    public void A_share_scales_the_change_and_changes_of_several_updates_add_up(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.All().Single(each => each.Name == name);
        var projection = Projection(golden, ScalarType.Float64);
        using var first = Update(golden, projection);
        using var second = Update(GoldenCase.All().Single(each => each.Name == "rslora"), projection);
        var input = golden.Input;
        Tensor Output(params ActiveUpdate[] updates)
        {
            projection.Updates = updates;
            return projection.Forward(input).detach();
        }

        var ofBase = Output();
        var (alone, other) = (Output(new ActiveUpdate(first, 1)) - ofBase, Output(new ActiveUpdate(second, 1)) - ofBase);

        AssertClose(ofBase + (0.25 * alone), Output(new ActiveUpdate(first, 0.25)));
        AssertClose(ofBase + (0.5 * alone) + (2 * other), Output(new ActiveUpdate(first, 0.5), new ActiveUpdate(second, 2)));
        AssertClose(F.linear(input, projection.EffectiveWeight(), projection.Bias!.Value), Output([.. projection.Updates]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dropped_inputs_are_drawn_from_the_pass_s_seed_and_the_rest_counts_more(bool useDora)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.All().Single(each => each.Name == (useDora ? "dora" : "rslora"));
        var projection = Projection(golden, ScalarType.Float64);
        var pass = new TrainingPass();
        using var update = Update(golden, projection, pass, dropout: 0.5);
        projection.Updates = [new ActiveUpdate(update, 1)];
        var before = get_rng_state();
        var input = golden.Input;
        Tensor Output(ulong seed)
        {
            using var noGradients = no_grad();
            using var opened = pass.Open(new Seed(seed));
            return projection.Forward(input);
        }

        var (first, again, other) = (Output(1), Output(1), Output(2));
        Assert.True(first.Equals(again));
        Assert.False(first.Equals(other));
        Assert.True(get_rng_state().Equals(before));
        AssertClose(golden.Output, projection.Forward(input));
        // Kept inputs count 1/(1 − p) times, so the mean over masks is the output without dropout: within five standard errors.
        var draws = stack(Enumerable.Range(0, 1000).Select(seed => Output((ulong)seed)));
        var errors = (draws.mean([0]) - golden.Output).abs() / (draws.std(0) / Math.Sqrt(1000));
        Assert.True(errors.max().item<double>() < 5, $"{errors.max().item<double>()}");
    }

    [Fact]
    public void A_new_update_changes_nothing_and_starts_as_the_field_does()
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.All().Single(each => each.Name == "dora");
        var projection = Projection(golden, ScalarType.Float32);
        var options = new LoraOptions { Rank = 64, UseDora = true };
        using var update = new LowRankUpdate("default", projection, new TargetSelection(options), options, new Seed(1), new TrainingPass());
        var input = golden.Input.to(ScalarType.Float32);
        var ofBase = projection.Forward(input);

        projection.Updates = [new ActiveUpdate(update, 1)];

        AssertClose(ofBase, projection.Forward(input), 1e-5);
        var down = update.Parameters[0].Value;
        // Uniform in ±1/√8, so the mean square is 1/24: within four standard errors of 1536 draws (the square's deviation is 2/√5 of its mean).
        Assert.True(down.abs().max().item<float>() <= 1 / Math.Sqrt(8));
        Assert.Equal(1.0 / 24, down.square().mean().item<float>(), 4 * (2 / Math.Sqrt(5)) / 24 / Math.Sqrt(down.numel()));
        AssertClose(projection.Weight.Value.detach().norm(1), cat([.. Magnitudes(update)]), 1e-6);
    }

    [Fact]
    public void Under_autocast_the_multiplies_run_in_bf16_and_lengths_stay_in_float32()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "This libtorch has no autocast switches.");
        using var scope = NewDisposeScope();
        var golden = GoldenCase.All().Single(each => each.Name == "dora");
        var projection = Projection(golden, ScalarType.Float32);
        using var update = Update(golden, projection);
        projection.Updates = [new ActiveUpdate(update, 1)];
        using var autocast = Autocast.To(ScalarType.BFloat16);

        var output = projection.Forward(golden.Input.to(ScalarType.Float32));
        (output * golden.Coefficients).sum().backward();

        Assert.Equal(ScalarType.BFloat16, output.dtype);
        Assert.All(update.Parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.Value.grad!.dtype));
        // bf16 keeps 8 bits: outputs of size 10 to within a few units of 2⁻⁷ of the largest.
        var largest = golden.Output.abs().max().item<double>();
        AssertClose(golden.Output, output, largest / 32);
        AssertClose(
            golden.Gradient("q_proj.lora_B"),
            update.Parameters[1].Value.grad!,
            golden.Gradient("q_proj.lora_B").abs().max().item<double>() / 32
        );
    }

    private static Projection Projection(GoldenCase golden, ScalarType dtype)
    {
        ParameterPart[] Parts(string kind)
        {
            var start = 0L;
            return
            [
                .. golden.Modules.Select(module => new ParameterPart(
                    $"attn.{module.Module}.{kind}",
                    (start += module.Rows) - module.Rows,
                    module.Rows
                )),
            ];
        }

        return new Projection(
            "attn.qkv_proj",
            new DecoderParameter("attn.qkv_proj.weight", golden.Joined("weight").to(dtype), Parts("weight")),
            new DecoderParameter("attn.qkv_proj.bias", golden.Joined("bias").to(dtype), Parts("bias"))
        );
    }

    private static LowRankUpdate Update(GoldenCase golden, Projection projection, TrainingPass? pass = null, double dropout = 0)
    {
        var options = new LoraOptions
        {
            Alpha = golden.Alpha,
            UseDora = golden.UseDora,
            UseRslora = golden.UseRslora,
            RankPattern = golden.Ranks,
            TargetModules = [.. golden.Ranks.Keys],
            Dropout = dropout,
        };
        var update = new LowRankUpdate(
            "default",
            projection,
            new TargetSelection(options),
            options,
            new Seed(1),
            pass ?? new TrainingPass()
        );
        using var noGradients = no_grad();
        foreach (var parameter in update.Parameters)
        {
            foreach (var part in parameter.Parts)
            {
                parameter.Value.narrow(0, part.Start, part.Rows).copy_(golden.Adapter(GoldenName(part.Name)));
            }
        }

        return update;
    }

    private static IEnumerable<Tensor> Magnitudes(LowRankUpdate update) =>
        update.Parameters.Where(parameter => parameter.Name.Contains("magnitude")).Select(parameter => parameter.Value.detach());

    private static string GoldenName(string peft) =>
        peft.Replace("base_model.model.attn.", string.Empty, StringComparison.Ordinal)
            .Replace(".weight", string.Empty, StringComparison.Ordinal);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-11)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected.to(ScalarType.Float64) - actual.detach().to(ScalarType.Float64)).abs().max().item<double>();
        Assert.True(difference <= tolerance, $"The largest difference is {difference}.");
    }
}
