using Plumbline.Testing.Torch;
using Plumbline.Training.Losses;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;
using Plumbline.Training.Rewards;
using Plumbline.Training.Tests.Preferences.Losses;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Losses;

[NoTensorLeaks]
public sealed class LossRegistryTests
{
    [Fact]
    public void A_users_loss_is_found_and_mixed_by_its_name_once_its_assembly_is_registered()
    {
        using var scope = NewDisposeScope();
        var registry = new LossRegistry<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions>("preference loss");
        registry.Register(typeof(HuberPreferenceLoss).Assembly);
        registry.Register(typeof(HuberPreferenceLoss).Assembly);

        var loss = registry.Find("huber");

        // βΔ is 0.2 and −0.35; Huber's loss of −0.8 is ½·0.64, that of −1.35 is 1.35 − ½.
        var losses = loss.Of(PairSamples.Golden(), new()).Values();
        Assert.Equal(0.32, losses[0], 1e-14);
        Assert.Equal(0.85, losses[1], 1e-14);
        Assert.Equal(PreferenceLosses.All.Count(ours => ours.Name != "huber") + 1, registry.All.Count);
        Assert.Equal(["beta", "f_divergence_type", "f_alpha_divergence_coef"], loss.OptionNames);
    }

    [Fact]
    public void The_public_registries_take_a_users_losses()
    {
        var assembly = typeof(HuberPreferenceLoss).Assembly;
        UnpairedLosses.Register(assembly);
        RewardLosses.Register(assembly);
        PreferenceLosses.Register(assembly);

        Assert.Equal("huber", PreferenceLosses.Find("huber").Name);
        Assert.Contains(LossTable.All, loss => loss.Name == "huber" && loss.Needs is ["reference"]);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var failure = Assert.Throws<InvalidInputException>(() => PreferenceLosses.Find("sigmoit"));

        Assert.Contains("'sigmoit'", failure.Message, StringComparison.Ordinal);
        Assert.All(PreferenceLosses.All, loss => Assert.Contains(loss.Name, failure.Message, StringComparison.Ordinal));
        Assert.Throws<InvalidInputException>(() => UnpairedLosses.Find("sigmoid"));
        Assert.Throws<InvalidInputException>(() => RewardLosses.Find("sigmoid"));
    }

    [Fact]
    public void Functions_that_are_no_losses_are_refused_with_what_is_wrong()
    {
        string Refusal<TAttribute>()
            where TAttribute : LossAttribute
        {
            var registry = new LossRegistry<TAttribute, double, PreferenceLossOptions>("test loss");
            var failure = Assert.Throws<InvalidInputException>(() => registry.Register(typeof(LossRegistryTests).Assembly));
            Assert.Empty(registry.All);
            return failure.Message;
        }

        Assert.Contains(
            "public static Tensor WrongForm(Double, PreferenceLossOptions)",
            Refusal<WrongFormAttribute>(),
            StringComparison.Ordinal
        );
        Assert.Contains("its formula", Refusal<SilentAttribute>(), StringComparison.Ordinal);
        Assert.Contains("two test losses named 'same'", Refusal<TwiceAttribute>(), StringComparison.Ordinal);
        Assert.Contains("'Betta'", Refusal<MisspeltAttribute>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_inside_a_loss_do_not_outlive_it()
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Golden();
        foreach (var loss in PreferenceLosses.All)
        {
            var before = Tensor.TotalCount;
            loss.Of(pairs, PairSamples.Options);
            Assert.Equal(before + 1, Tensor.TotalCount);
        }
    }

    [WrongForm("wrong", Formula = "f", Paper = "p")]
    internal static int WrongForm(double input) => (int)input;

    [Silent("silent")]
    internal static Tensor SilentLoss(double input, PreferenceLossOptions options) => tensor(input * options.Beta);

    [Twice("same", Formula = "f", Paper = "p")]
    internal static Tensor First(double input, PreferenceLossOptions options) => tensor(input * options.Beta);

    [Twice("same", Formula = "f", Paper = "p")]
    internal static Tensor Second(double input, PreferenceLossOptions options) => tensor(input * options.Beta);

    [Misspelt("misspelt", Formula = "f", Paper = "p", Reads = ["Betta"])]
    internal static Tensor MisspeltLoss(double input, PreferenceLossOptions options) => tensor(input * options.Beta);

    internal sealed class WrongFormAttribute(string name) : LossAttribute(name);

    internal sealed class SilentAttribute(string name) : LossAttribute(name);

    internal sealed class TwiceAttribute(string name) : LossAttribute(name);

    internal sealed class MisspeltAttribute(string name) : LossAttribute(name);
}
