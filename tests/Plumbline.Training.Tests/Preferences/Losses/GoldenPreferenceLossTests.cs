using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences.Losses;

/// <summary>
/// Values of two pairs, computed with 40 digits outside of this code base from the formulas of the papers. Where a vector of nine digits is published (β = 0.1,
/// ε = 0.1 and 0.001 for exo_pair, τ = 0.05), they agree with it in every digit; aot's published values are those of ε = 0.
/// </summary>
[NoTensorLeaks]
public sealed class GoldenPreferenceLossTests
{
    [Theory]
    [InlineData("sigmoid", 0, 0.59813886938159184, 0.88338215541877703)]
    [InlineData("cdpo", 0.1, 0.61813886938159184, 0.84838215541877703)]
    [InlineData("hinge", 0, 0.8, 1.35)]
    [InlineData("ipo", 0, 21.467777777777778, 28.646823347107438)]
    [InlineData("exo_pair", 0.001, 2.4220146206616481, 3.3745582639623864)]
    [InlineData("nca_pair", 0, 1.3387933201471418, 1.4861074598550508)]
    [InlineData("robust", 0.1, 0.57313886938159184, 0.92713215541877703)]
    [InlineData("bco_pair", 0, 1.2887933201471418, 1.5703360799524145)]
    [InlineData("sppo_hard", 0, 32.0, 92.25)]
    [InlineData("apo_zero", 0, 0.95004162504212003, 1.0871556883647381)]
    [InlineData("apo_down", 0, 0.97514519016646208, 1.024441078031532)]
    [InlineData("discopop", 0, 0.81476314114188531, 0.88387019223605162)]
    [InlineData("sigmoid_norm", 0, 0.67498189336878799, 0.71091592899647263)]
    [InlineData("aot", 0, 0.88338215541877703, 0.59813886938159184)]
    [InlineData("aot", 0.1, 0.84838215541877703, 0.61813886938159184)]
    [InlineData("aot_unpaired", 0, 0.77095704778953208, 0.69314718055994531)]
    [InlineData("aot_unpaired", 0.1, 0.75595704778953208, 0.69314718055994531)]
    [InlineData("cpo", 0, 0.55435524446852712, 1.2058650684421958)]
    [InlineData("cpo", 0.1, 0.58435524446852712, 1.1208650684421958)]
    [InlineData("orpo", 0, 0.063991909858793872, 0.070535111244319768)]
    [InlineData("tpo", 0, 2.1293552444685271, 2.7808650684421958)]
    [InlineData("xpo", 0, 0.58913886938159184, 0.87438215541877703)]
    public void Losses_have_the_values_of_their_papers(string name, double smoothing, double first, double second) =>
        AssertValues(
            name,
            new()
            {
                LabelSmoothing = smoothing,
                TpoAlpha = 0.7,
                XpoAlpha = 1e-3,
            },
            first,
            second
        );

    [Theory]
    [InlineData("simpo", 0, 1.1711006659477777, 1.3466933061864915)]
    [InlineData("simpo", 0.1, 1.0911006659477777, 1.242147851641037)]
    [InlineData("alphapo", 0, 1.0576016291816481, 1.3803319305737774)]
    [InlineData("tpo_l", 0, 2.7461006659477777, 2.9216933061864915)]
    public void Losses_with_a_target_margin_have_the_values_of_their_papers(string name, double smoothing, double first, double second) =>
        AssertValues(
            name,
            new()
            {
                Beta = 2,
                Gamma = 1,
                LabelSmoothing = smoothing,
                TpoAlpha = 0.7,
            },
            first,
            second
        );

    [Theory]
    [InlineData(DivergenceType.ReverseKl, 0.59813886938159184, 0.88338215541877703)]
    [InlineData(DivergenceType.ForwardKl, 0.58251671345952963, 1.4490658042849235)]
    [InlineData(DivergenceType.JsDivergence, 0.64439666007357089, 0.81283124460423105)]
    [InlineData(DivergenceType.AlphaDivergence, 0.594349122972028, 1.0225463941248888)]
    public void Divergences_transform_the_ratios(DivergenceType divergence, double first, double second) =>
        AssertValues("sigmoid", new() { FDivergenceType = divergence }, first, second);

    private static void AssertValues(string name, PreferenceLossOptions options, double first, double second)
    {
        using var scope = NewDisposeScope();

        var losses = PreferenceLosses.Find(name).Of(PairSamples.Golden(), options).Values();

        Assert.Equal(first, losses[0], 1e-12);
        Assert.Equal(second, losses[1], 1e-12);
    }
}
