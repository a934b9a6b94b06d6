using Plumbline.Configuration;
using Plumbline.Testing;

namespace Plumbline.Tests.Configuration;

public sealed class OptionOverrideTests
{
    [Theory]
    [InlineData("batch_size=32")]
    [InlineData("optimizer.beta1=0.5")]
    [InlineData("data.0.path=c.jsonl")]
    [InlineData("data.1={ path: d.jsonl }")]
    [InlineData("target_modules=[a, b]")]
    [InlineData("rewards.kind=2")]
    [InlineData("model='a=b'")]
    public void An_override_wins_over_the_file(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("f.yaml", "model: m\nbatch_size: 4\ndata: [{ path: a.jsonl }]\n");

        var options = OptionsFile.Read<SampleOptions>(path, [text]);

        var seen = text.Split('=')[0] switch
        {
            "batch_size" => options.BatchSize == 32,
            "optimizer.beta1" => options.Optimizer == new SampleOptimizer(0.95, 0.5) { WeightDecay = 0.1 },
            "data.0.path" => options.Data[0].Path == "c.jsonl",
            "data.1" => options.Data is [{ Path: "a.jsonl" }, { Path: "d.jsonl" }],
            "target_modules" => options.TargetModules is ["a", "b"],
            "rewards.kind" => options.Rewards["kind"] == 2,
            _ => options.Model == "a=b",
        };
        Assert.True(seen, $"{text} had no effect");
    }

    [Fact]
    public void Of_two_overrides_the_later_one_wins()
    {
        var options = OptionsFile.Read<SampleOptions>(path: null, ["model=m", "beta=0.5", "beta=0.25"]);

        Assert.Equal(0.25f, options.Beta);
    }

    [Theory]
    [InlineData("batch_size", "--set batch_size: This is not option=value.")]
    [InlineData("a..b=1", "--set a..b=1: This is not option=value.")]
    [InlineData("batch_size=many", "--set batch_size=many: The option 'batch_size' is 'many'.")]
    [InlineData("batch_size=0", "--set batch_size=0: The option 'batch_size' is 0, but must be between 1 and 4096.")]
    [InlineData("optimizer.beta=1", "--set optimizer.beta=1: There is no option 'optimizer.beta'. Did you mean 'optimizer.beta2'?")]
    [InlineData("model.name=1", "--set model.name=1: 'model' is 'm', so it has no option 'name'.")]
    [InlineData("data.7.path=1", "--set data.7.path=1: 'data' is a list of 1, and '7' is no index of it. Use a number from 0 to 1")]
    [InlineData("data.x=1", "--set data.x=1: 'data' is a list of 1, and 'x' is no index of it.")]
    [InlineData("target_modules=[", "--set target_modules=[: This is not valid YAML")]
    public void A_bad_override_is_named_in_the_error(string text, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("f.yaml", "model: m\ndata: [{ path: a.jsonl }]\n");

        var failure = Assert.Throws<InvalidInputException>(() => OptionsFile.Read<SampleOptions>(path, [text]));

        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }
}
