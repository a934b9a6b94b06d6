using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Configuration;

public sealed class OptionsFileTests
{
    private const string Complete = """
        # a comment
        model: models/tiny
        adapter: ~
        learning_rate: 3.5e-5
        beta: 0.2
        batch_size: 16
        max_steps: 1000
        seed: 18446744073709551615
        use_packing: false
        schedule: constant
        optimizer: { beta2: 0.99 }
        data:
          - path: "a.jsonl"
            weight: 2
          - path: b.jsonl
            columns: [0, 2]
        target_modules:
        - o_proj
        rewards: { helpful: 1.0, harmless: -0.5 }
        """;

    [Fact]
    public void Every_kind_of_option_is_read()
    {
        var options = OptionsFile.Parse<SampleOptions>(Complete);

        Assert.Equal("models/tiny", options.Model);
        Assert.Null(options.Adapter);
        Assert.Equal(3.5e-5, options.LearningRate);
        Assert.Equal(0.2f, options.Beta);
        Assert.Equal(16, options.BatchSize);
        Assert.Equal(1000, options.MaxSteps);
        Assert.Equal(new Seed(ulong.MaxValue), options.Seed);
        Assert.False(options.UsePacking);
        Assert.Equal(SampleSchedule.Constant, options.Schedule);
        Assert.Equal(["o_proj"], options.TargetModules);
        Assert.Equal([new("helpful", 1.0), new("harmless", -0.5)], options.Rewards);
        Assert.Equal(new SampleData("a.jsonl", 2), options.Data[0]);
        Assert.Equal([0, 2], options.Data[1].Columns!);
    }

    [Fact]
    public void What_the_file_does_not_say_keeps_its_default()
    {
        var options = OptionsFile.Parse<SampleOptions>("model: m");

        Assert.Equal(1e-4, options.LearningRate);
        Assert.Equal(new SampleOptimizer(0.95) { WeightDecay = 0.1 }, options.Optimizer);
        Assert.Equal(["q_proj", "v_proj"], options.TargetModules);
    }

    [Fact]
    public void A_mapping_overlays_the_defaults_of_its_property_instead_of_those_of_its_type()
    {
        var options = OptionsFile.Parse<SampleOptions>("{ model: m, optimizer: { beta1: 0.8 } }");

        Assert.Equal(new SampleOptimizer(0.95, 0.8) { WeightDecay = 0.1 }, options.Optimizer);
    }

    [Fact]
    public void Defaults_of_the_caller_hold_where_file_and_overrides_are_silent()
    {
        var defaults = new SampleOptions { Model = "preset", BatchSize = 3 };

        var options = OptionsFile.Read(path: null, ["beta=0.5"], defaults);

        Assert.Equal(("preset", 3, 0.5f), (options.Model, options.BatchSize, options.Beta));
    }

    [Theory]
    [InlineData("model: m\nlearnin_rate: 1", "f.yaml:2:1: There is no option 'learnin_rate'. Did you mean 'learning_rate'?")]
    [InlineData("model: m\nLearningRate: 1", "f.yaml:2:1: There is no option 'LearningRate'. Did you mean 'learning_rate'?")]
    [InlineData("model: m\noptimizer:\n  beta_1: 1", "f.yaml:3:3: There is no option 'optimizer.beta_1'. Did you mean 'optimizer.beta1'?")]
    [InlineData(
        "model: m\noptimizer:\n  zzz: 1",
        "f.yaml:3:3: There is no option 'optimizer.zzz'. Known here: beta2, beta1, weight_decay."
    )]
    [InlineData("model: m\nbeta: 1\nbeta: 2", "f.yaml:3:1: The key 'beta' stands here for the second time (first: line 2). Remove")]
    [InlineData("model: m\nbatch_size: many", "f.yaml:2:13: The option 'batch_size' is 'many'. Expected a whole number")]
    [InlineData("model: m\nbatch_size: 1.5", "f.yaml:2:13: The option 'batch_size' is '1.5'. Expected a whole number")]
    [InlineData("model: m\nbatch_size: 3000000000", "f.yaml:2:13: The option 'batch_size' is '3000000000'. Expected a whole number")]
    [InlineData("model: m\nbatch_size: '8'", "f.yaml:2:13: The option 'batch_size' is the text '8'. Expected a whole number")]
    [InlineData("model: m\nbeta: 1e39", "f.yaml:2:7: The option 'beta' is '1e39'. Expected a number")]
    [InlineData("model: m\nlearning_rate: 1e999", "f.yaml:2:16: The option 'learning_rate' is '1e999'. Expected a number")]
    [InlineData("model: m\nuse_packing: yes", "f.yaml:2:14: The option 'use_packing' is 'yes'. Expected true or false")]
    [InlineData(
        "model: m\nschedule: cosine",
        "f.yaml:2:11: The option 'schedule' is 'cosine'. Expected one of constant, warmup_cosine, off"
    )]
    [InlineData("model: m\ntarget_modules: q", "f.yaml:2:17: The option 'target_modules' is 'q'. Expected a list, such as [a, b]")]
    [InlineData("model: m\ntarget_modules: [a, [b]]", "f.yaml:2:21: The option 'target_modules.1' is a list of 1. Expected text")]
    [InlineData("model: m\nrewards: [1]", "f.yaml:2:10: The option 'rewards' is a list of 1. Expected a mapping of names to values")]
    [InlineData("model: m\nrewards: {a: {}}", "f.yaml:2:14: The option 'rewards.a' is an empty mapping. Expected a number")]
    [InlineData("model: m\noptimizer: adamw", "f.yaml:2:12: The option 'optimizer' is 'adamw'. Expected a mapping with beta2, beta1")]
    [InlineData("model: m\nbeta:", "The option 'beta' is nothing (null). Expected a number")]
    [InlineData("beta: 1", "f.yaml:1:1: The option 'model' is missing. Add model (text), or pass --set model=...")]
    [InlineData("model: m\ndata:\n- weight: 1", "f.yaml:3:3: The option 'data.0.path' is missing.")]
    [InlineData("model: m\ndata:\n- path: ''", "f.yaml:3:3: The option 'data.0' cannot be used: A path is at least one character.")]
    [InlineData("model: m\nlearning_rate: -1", "f.yaml:2:16: The option 'learning_rate' is -1, but must be above 0. Set learning_rate to")]
    [InlineData("model: m\nbatch_size: 0", "f.yaml:2:13: The option 'batch_size' is 0, but must be between 1 and 4096. Start with 8.")]
    [InlineData("model: m\noptimizer:\n  beta1: 1", "f.yaml:3:10: The option 'optimizer.beta1' is 1, but must be at least 0 and below 1.")]
    [InlineData("- model", "f.yaml:1:1: The file is a list of 1. Expected a mapping with model,")]
    [InlineData("model: *m", "f.yaml:1:8: YAML anchors and aliases")]
    [InlineData("model: &m m", "f.yaml:1:8: YAML anchors and aliases")]
    [InlineData("model: !!str m", "f.yaml:1:8: YAML tags")]
    [InlineData("model: m\n---\nmodel: n", "f.yaml:2:1: A second YAML document")]
    [InlineData("{a: 1}: 2", "f.yaml:1:1: A key must be a single word.")]
    [InlineData("model: m\n\0beta: 2", "f.yaml:2: The file contains the control character U+0000.")]
    [InlineData("a: [ 'a 0.5\nules: [ 'a 0.5\nb: [ 'a', \"b\" ]\n", "This is not valid YAML")]
    [InlineData("model: [", "This is not valid YAML")]
    [InlineData("model: m\n  beta: 2\n", "f.yaml:2:")]
    public void What_is_wrong_is_named_with_its_place_and_its_mend(string yaml, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("f.yaml", yaml);

        var failure = Assert.Throws<InvalidInputException>(() => OptionsFile.Read<SampleOptions>(path));

        Assert.Contains(message, failure.Message.Replace(path, "f.yaml", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(path, failure.Position!.File);
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            OptionsFile.Parse<SampleOptions>("model: m\nbeta: x\nbatchsize: 2\ndata: [{ weight: 1, path: p, colums: [] }]")
        );

        Assert.Contains("3 options are not usable", failure.Message, StringComparison.Ordinal);
        Assert.Contains("options:2:7: The option 'beta' is 'x'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            "options:3:1: There is no option 'batchsize'. Did you mean 'batch_size'?",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("'data.0.columns'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_very_many_faults_the_first_twenty_are_named()
    {
        var yaml = "model: m\n" + string.Join('\n', Enumerable.Range(0, 25).Select(i => $"unknown_{i}: 1"));

        var failure = Assert.Throws<InvalidInputException>(() => OptionsFile.Parse<SampleOptions>(yaml));

        Assert.Contains("25 options are not usable", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("and 5 more", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown_20", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Valid_options_pass_and_problems_inside_lists_and_dictionaries_are_found()
    {
        var good = new SampleOptimizer(0.9);
        var lists = new NestedOptions(
            [good, new SampleOptimizer(0.9, 2)],
            new Dictionary<string, SampleOptimizer> { ["policy"] = new(0.9, -1) }
        );

        Assert.Same(good, OptionsValidation.ThrowIfInvalid(good));
        var failure = Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(lists));

        Assert.Contains("'stages.1.beta1' is 2,", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'roles.policy.beta1' is -1,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_can_hold_no_options_is_a_programming_error()
    {
        Assert.Throws<InvalidOperationException>(() => OptionsFile.Parse<Empty>("{}"));
        Assert.Throws<InvalidOperationException>(() => OptionsFile.Parse<Hidden>("{}"));
    }

    [Fact]
    public void A_file_that_is_absent_too_large_or_no_text_is_refused()
    {
        using var folder = new TemporaryFolder();
        var large = folder.Write("large.yaml", "model: " + new string('m', OptionsYamlReader.MaximumBytes));
        var binary = folder.File("binary.yaml");
        File.WriteAllBytes(binary, "model: m\nbeta: "u8.ToArray().Append((byte)0xFF).ToArray());

        var absent = Assert.Throws<InvalidInputException>(() => OptionsFile.Read<SampleOptions>(folder.File("absent.yaml")));
        var tooLarge = Assert.Throws<InvalidInputException>(() => OptionsFile.Read<SampleOptions>(large));
        var noText = Assert.Throws<InvalidInputException>(() => OptionsFile.Read<SampleOptions>(binary));

        Assert.Contains("cannot be read", absent.Message, StringComparison.Ordinal);
        Assert.Contains("larger than 1 MiB", tooLarge.Message, StringComparison.Ordinal);
        Assert.Contains("binary.yaml:2: The file is not UTF-8", noText.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = new string('[', OptionsYamlReader.MaximumDepth + 1) + new string(']', OptionsYamlReader.MaximumDepth + 1);

        var failure = Assert.Throws<InvalidInputException>(() => OptionsFile.Parse<SampleOptions>(deep));

        Assert.Contains("deeper than 32 levels", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_show_control_characters_instead_of_sending_them_to_the_terminal()
    {
        var failure = Assert.Throws<InvalidInputException>(() => OptionsFile.Parse<SampleOptions>("\"\\e[31mred\": 1\nmodel: m"));

        Assert.Contains(@"'\u001B[31mred'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', failure.Message);
    }

    [Fact]
    public void Options_built_in_code_are_checked_too()
    {
        var options = new SampleOptions { Model = "m", Optimizer = new SampleOptimizer(0.9, Beta1: double.NaN) };

        var failure = Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(options));

        Assert.Equal(
            "The option 'optimizer.beta1' is NaN, but must be at least 0 and below 1. Set optimizer.beta1 to a value that is at least 0 and below 1.",
            failure.Message
        );
    }

    [Theory]
    [InlineData("learnin_rate", "learning_rate")]
    [InlineData("batch-size", "batch_size")]
    [InlineData("betas", "beta")]
    [InlineData("temperature", null)]
    public void The_nearest_name_is_offered_only_where_it_is_near(string name, string? expected)
    {
        var nearest = OptionText.Nearest(name, ["learning_rate", "batch_size", "beta"]);

        Assert.Equal(expected, nearest);
    }

    private sealed record NestedOptions(SampleOptimizer[] Stages, IReadOnlyDictionary<string, SampleOptimizer> Roles);

    private sealed class Empty;

    private sealed class Hidden(int secret)
    {
        public override string ToString() => $"{secret}";
    }
}
