using System.Text;
using System.Text.Json;
using CsCheck;
using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Configuration;

public sealed class OptionsRoundTripTests
{
    // Text that YAML could take for something else, and text of any characters (whole code points: files are UTF-8).
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.OneOf(
            "",
            " ",
            "null",
            "~",
            "no",
            "1",
            "1e3",
            "a: b",
            "- a",
            "# a",
            "'",
            "\"",
            "\\",
            "a\nb\n",
            "\t",
            "[",
            "{}",
            "*a",
            "!t",
            "%",
            "\u0085"
        ),
        Gen.Int[0, 0xFFFF].Where(value => value is < 0xD800 or > 0xDFFF).Array[0, 6].Select(Text),
        Gen.Int[0x10000, 0x10FFFF].Array[1, 3].Select(Text),
        Gen.String[Gen.Char["abz_/.- "], 0, 12]
    );

    private static readonly Gen<SampleOptions> AnyOptions =
        from text in AnyText.Array[3, 3]
        from reals in Gen.OneOf(
            Gen.Double,
            Gen.OneOf(double.NaN, double.PositiveInfinity, 1e-5, 1e22, double.Epsilon, double.MaxValue)
        ).Array[3, 3]
        from beta in Gen.Single
        from batch in Gen.Int[1, 4096]
        from steps in Gen.Long.Nullable()
        from seed in Gen.ULong
        from flag in Gen.Bool
        from schedule in Gen.Enum<SampleSchedule>()
        from modules in AnyText.Array[0, 4]
        from data in Gen.Select(
            AnyText.Where(path => path.Length > 0),
            Gen.Double,
            (path, weight) => new SampleData(path, weight, [batch])
        ).Array[0, 3]
        from rewards in Gen.Dictionary(AnyText, Gen.Double)[0, 3]
        select new SampleOptions
        {
            Model = text[0],
            Adapter = flag ? text[1] : null,
            LearningRate = double.IsNaN(reals[0]) || reals[0] == 0 ? 1 : Math.Abs(reals[0]),
            Beta = beta,
            BatchSize = batch,
            MaxSteps = steps,
            Seed = new Seed(seed),
            UsePacking = flag,
            Schedule = schedule,
            Optimizer = new SampleOptimizer(reals[1], 0.5) { WeightDecay = reals[2] },
            Data = data,
            TargetModules = modules,
            Rewards = rewards,
        };

    [Fact]
    public void Written_options_read_back_equal() =>
        AnyOptions.Sample(
            options =>
            {
                var yaml = OptionsFile.Write(options);
                var back = OptionsFile.Parse<SampleOptions>(yaml);

                Assert.Equivalent(options, back, strict: true);
                Assert.Equal(options.Optimizer, back.Optimizer);
                Assert.Equal(BitConverter.SingleToInt32Bits(options.Beta), BitConverter.SingleToInt32Bits(back.Beta));
                Assert.Equal(options.LearningRate, back.LearningRate);
                Assert.Equal(yaml, OptionsFile.Write(back));
            },
            iter: 1000
        );

    [Fact]
    public void Written_options_are_readable_yaml()
    {
        var options = new SampleOptions
        {
            Model = "models/tiny",
            LearningRate = 1e-5,
            Data = [new SampleData("a b.jsonl", 2), new SampleData("b.jsonl", 1, [1, 2])],
            Rewards = new Dictionary<string, double> { ["helpful"] = 1 },
        };

        var yaml = OptionsFile.Write(options);

        Assert.Equal(
            """
            model: models/tiny
            adapter: null
            learning_rate: 1.0e-05
            beta: 0.1
            batch_size: 8
            max_steps: null
            seed: 17
            use_packing: true
            schedule: warmup_cosine
            optimizer:
              beta2: 0.95
              beta1: 0.9
              weight_decay: 0.1
            data:
              - path: "a b.jsonl"
                weight: 2
                columns: null
              - path: b.jsonl
                weight: 1
                columns: [1, 2]
            target_modules: [q_proj, v_proj]
            rewards:
              helpful: 1

            """,
            yaml
        );
    }

    [Fact]
    public void Written_options_are_valid_json_for_machines() =>
        AnyOptions.Sample(
            options =>
            {
                using var stream = new MemoryStream();
                using (var writer = new Utf8JsonWriter(stream))
                {
                    OptionsTree.WriteJson(writer, OptionsTree.Describe(options, typeof(SampleOptions)));
                }

                using var document = JsonDocument.Parse(stream.ToArray());
                Assert.Equal(options.Model, document.RootElement.GetProperty("model").GetString());
                Assert.Equal(options.BatchSize, document.RootElement.GetProperty("batch_size").GetInt32());
                Assert.Equal(options.Data.Count, document.RootElement.GetProperty("data").GetArrayLength());
            },
            iter: 200
        );

    [Fact]
    public void Damaged_files_are_read_or_refused_but_never_crash()
    {
        var good = Encoding.UTF8.GetBytes(
            OptionsFile.Write(new SampleOptions { Model = "m é", Data = [new SampleData("p"), new SampleData("q \"x\"", 2, [1])] })
        );
        var folded =
            "model: |\n  text\n  more\nadapter: >-\n  a\n\n  b\n? beta\n: 0.5\ntarget_modules: [ 'a', \"b\\x41\" ]\n...\n"u8.ToArray();

        ByteFuzzer.Run([good, folded], rounds: 20_000, new Seed(20), bytes => OptionsFile.Read<SampleOptions>(bytes, "fuzz"));
    }

    private static string Text(int[] points) => string.Concat(points.Select(char.ConvertFromUtf32));
}
