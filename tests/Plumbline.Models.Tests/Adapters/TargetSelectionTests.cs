using Plumbline.Configuration;
using Plumbline.Models.Adapters;

namespace Plumbline.Models.Tests.Adapters;

public sealed class TargetSelectionTests
{
    private const string Query = "model.layers.11.self_attn.q_proj";
    private const string Down = "model.layers.1.mlp.down_proj";

    [Theory]
    [InlineData("q_proj", Query, true)]
    [InlineData("q_proj", Down, false)]
    [InlineData("self_attn.q_proj", Query, true)]
    [InlineData(Query, Query, true)]
    [InlineData("proj", Query, false)]
    [InlineData("_proj", Query, false)]
    [InlineData("all-linear", Down, true)]
    public void A_name_is_matched_whole_or_from_a_dot_on(string target, string module, bool included) =>
        Assert.Equal(included, new TargetSelection(new LoraOptions { TargetModules = [target] }).Includes(module));

    [Theory]
    [InlineData(@".*\.q_proj", Query, true)]
    [InlineData("q_proj", Query, false)]
    [InlineData(@"model\.layers\.(1|2)\..*", Down, true)]
    [InlineData(@"model\.layers\.(1|2)\..*", Query, false)]
    [InlineData("a|.*down_proj", Down, true)]
    public void A_pattern_is_matched_against_the_whole_name(string pattern, string module, bool included) =>
        Assert.Equal(included, new TargetSelection(new LoraOptions { TargetPattern = pattern }).Includes(module));

    [Fact]
    public void Ranks_and_alphas_follow_the_first_pattern_that_fits()
    {
        var options = new LoraOptions
        {
            Rank = 8,
            Alpha = 16,
            RankPattern = new Dictionary<string, int> { [@"layers\.11\..*"] = 4, ["q_proj"] = 2 },
            AlphaPattern = new Dictionary<string, double> { ["down_proj"] = 32, ["proj"] = 1 },
        };
        var plain = new TargetSelection(options);
        var stabilised = new TargetSelection(options with { UseRslora = true });

        Assert.Equal((4, 16.0 / 4, 16 / 2.0), (plain.RankOf(Query), plain.ScalingOf(Query), stabilised.ScalingOf(Query)));
        Assert.Equal((8, 4.0, 32 / Math.Sqrt(8)), (plain.RankOf(Down), plain.ScalingOf(Down), stabilised.ScalingOf(Down)));
        Assert.Equal(2, plain.RankOf("model.layers.1.self_attn.q_proj"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(@"(?=a)b")]
    [InlineData(@"(a)\1")]
    public void Patterns_that_cannot_be_matched_in_linear_time_are_refused(string pattern) =>
        Assert.Contains(
            $"'{pattern}'",
            Assert.Throws<InvalidInputException>(() => new TargetSelection(new LoraOptions { TargetPattern = pattern })).Message
        );

    [Fact]
    public void A_pattern_made_to_explode_is_matched_at_once() =>
        Assert.False(new TargetSelection(new LoraOptions { TargetPattern = "(a+)+b" }).Includes(new string('a', 100_000)));

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        var options = new LoraOptions
        {
            Rank = 0,
            Alpha = double.NaN,
            Dropout = 1,
            TargetModules = [""],
            RankPattern = new Dictionary<string, int> { ["q_proj"] = 0 },
            AlphaPattern = new Dictionary<string, double> { ["q_proj"] = -1 },
            ModulesToSave = ["embed_tokens"],
        };

        var message = Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(options)).Message;

        Assert.All(
            ["'rank'", "'alpha'", "'dropout'", "'target_modules'", "'rank_pattern'", "'alpha_pattern'", "'modules_to_save'"],
            option => Assert.Contains(option, message)
        );
        Assert.Contains(
            "'target_pattern'",
            Assert
                .Throws<InvalidInputException>(() =>
                    OptionsValidation.ThrowIfInvalid(new LoraOptions { TargetModules = ["q_proj"], TargetPattern = "q" })
                )
                .Message
        );
    }
}
