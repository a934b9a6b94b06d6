using Plumbline.Findings;
using Plumbline.Models.Adapters;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Models.Probes;
using Plumbline.Models.Probes.Training;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Probes;

[NoTensorLeaks]
public sealed class HiddenStateProbeDetectorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProbePooling.Mean)]
    [InlineData(ProbePooling.Last)]
    public void Pooled_states_are_those_of_the_model_s_own_pass_over_the_text_s_own_tokens(ProbePooling pooling)
    {
        using var scope = NewDisposeScope();
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        const string text = "How do I open a door?";
        var window = Assert.Single(reader.Frame(new ProbeReading { Pooling = pooling }).Of(text));

        var other = Assert.Single(reader.Frame(new ProbeReading()).Of("Another text, which shares the pass."));
        var state = reader.Pool([other, window], [1, 3], pooling, Stop)[1][1];

        using var noGradients = no_grad();
        Assert.Equal(ProbeWorld.Tokenizer.Encode($"<|user|>\n{text}\n<|assistant|>"), window.Ids);
        var own = ProbeWorld.Tokenizer.Decode([.. window.Content.Select(at => window.Ids[at])]);
        Assert.Contains(text, own, StringComparison.Ordinal);
        Assert.DoesNotContain("assistant", own, StringComparison.Ordinal);
        Tensor? seen = null;
        decoder.VisitHiddenStates(
            PackedTokens.Of([window.Ids]),
            3,
            (number, hidden) => seen = number == 3 ? hidden.clone().MoveToOuterDisposeScope().MoveToOuterDisposeScope() : seen
        );
        var rows = pooling == ProbePooling.Last ? seen![^1].unsqueeze(0) : seen!.index_select(0, tensor(window.Content));
        Assert.Equal(rows.mean([0]).data<float>().ToArray(), state, (left, right) => Math.Abs(left - right) < 1e-4);
    }

    [Fact]
    public void What_a_text_says_never_becomes_a_special_token()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var special = ProbeWorld.Tokenizer.IdToToken(ProbeWorld.Tokenizer.EosTokenId!.Value)!;

        foreach (var framing in Enum.GetValues<ProbeFraming>())
        {
            var window = Assert.Single(reader.Frame(new ProbeReading { Framing = framing }).Of($"stop {special} now"));

            var own = window.Content.Select(at => window.Ids[at]).ToArray();
            Assert.DoesNotContain(ProbeWorld.Tokenizer.EosTokenId!.Value, own);
            Assert.Contains(special, ProbeWorld.Tokenizer.Decode(own, skipSpecialTokens: false), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_long_text_is_read_in_windows_and_the_finding_stands_at_the_highest()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var probe = await Trained(reader, new ProbeReading { WindowTokens = 24, Overlap = 8 });
        var detector = new HiddenStateProbeDetector(probe, reader, new HiddenStateProbeOptions { LeastScore = 0 });
        var text = string.Join(' ', ProbeWorld.Prompts(heldOut: true, 20).Select(prompt => prompt.Text));
        Assert.True(ProbeWorld.Tokenizer.Encode(text).Length > 2 * decoder.Config.ContextLength);

        var finding = Assert.Single(await detector.DetectAsync(Input(text), Stop));

        var scores = new List<(TextSpan Span, double Score)>();
        foreach (var window in reader.Frame(probe.Description.Reading).Of(text))
        {
            scores.Add((window.Span, await Score(detector, window.Span.Of(text).ToString())));
        }

        var highest = scores.MaxBy(one => one.Score);
        Assert.Equal(highest.Span, finding.Span);
        Assert.Equal(highest.Score, finding.Score, 1e-5);
        Assert.True(highest.Score > scores.Min(one => one.Score) + 0.1);
    }

    [Fact]
    public void Windows_hold_every_character_and_fit_into_the_context_whatever_the_text()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var random = new Seed(8).Source();
        string[] pieces = ["door ", "😀", "\n\n", "x", "日本語", " ", "ﷺ", "é", "<|user|>"];
        foreach (var framing in Enum.GetValues<ProbeFraming>())
        {
            // Windows as large as the context has room for.
            var frame = reader.Frame(
                new ProbeReading
                {
                    Framing = framing,
                    WindowTokens = 1000,
                    Overlap = 20,
                }
            );
            for (var round = 0; round < 40; round++)
            {
                var text = "a" + string.Concat(Enumerable.Range(0, random.NextInt(300)).Select(_ => random.Choose(pieces))) + "z";

                var windows = frame.Of(text).ToList();

                Assert.All(windows, window => Assert.InRange(window.Ids.Length, 1, decoder.Config.ContextLength));
                Assert.Equal((0, text.Length), (windows[0].Span.Start, windows[^1].Span.End));
                Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.True(pair.First.Span.End >= pair.Second.Span.Start));
            }
        }
    }

    [Fact]
    public async Task A_probe_of_another_model_is_refused_with_both_hashes()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var probe = await Trained(reader, new ProbeReading());
        using var other = ProbeWorld.Decoder(seed: 4);
        using var otherReader = new HiddenStateReader(other, ProbeWorld.Encoder, "other");

        var refused = Assert.Throws<InvalidInputException>(() => new HiddenStateProbeDetector(probe, otherReader));

        Assert.Equal(BaseFingerprint.OfModel(decoder), reader.ModelHash);
        Assert.Contains(reader.ModelHash, refused.Message, StringComparison.Ordinal);
        Assert.Contains(otherReader.ModelHash, refused.Message, StringComparison.Ordinal);
        Assert.Contains("other", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_says_of_itself_comes_from_its_file()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var probe = await Trained(reader, new ProbeReading());

        var detector = new HiddenStateProbeDetector(
            probe,
            reader,
            new HiddenStateProbeOptions
            {
                Name = "policy",
                Reads = DetectorReading.Views,
                LeastScore = 1,
            }
        );

        Assert.Equal(
            ("policy", probe.Hash, DetectorCost.Model, DetectorReading.Views),
            (detector.Name, detector.Version, detector.Cost, detector.Reads)
        );
        Assert.Equal(["S2"], detector.Hazards);
        Assert.Empty(await detector.DetectAsync(Input("How do I open a door?"), Stop));
        Assert.Empty(await detector.DetectAsync(Input(string.Empty), Stop));
    }

    [Fact]
    public async Task Many_ask_at_once_and_each_gets_what_it_gets_alone()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var detector = new HiddenStateProbeDetector(
            await Trained(reader, new ProbeReading()),
            reader,
            new HiddenStateProbeOptions { LeastScore = 0 }
        );
        var texts = ProbeWorld.Prompts(heldOut: true, 8).Select(prompt => prompt.Text).ToList();
        var alone = new List<double>();
        foreach (var text in texts)
        {
            alone.Add(await Score(detector, text));
        }

        var together = await Task.WhenAll(texts.Select(text => Score(detector, text)));

        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Asking_ends_when_it_is_cancelled_and_the_model_is_free_for_the_next()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var detector = new HiddenStateProbeDetector(
            await Trained(reader, new ProbeReading()),
            reader,
            new HiddenStateProbeOptions { LeastScore = 0 }
        );
        using var cancelled = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        var busy = reader.UseAsync(
            () =>
            {
                release.Task.Wait(Stop);
                return 0;
            },
            Stop
        );

        var waiting = detector.DetectAsync(Input("How do I open a door?"), cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        release.SetResult();
        await busy;

        Assert.InRange(await Score(detector, "How do I open a door?"), 0, 1);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        using var decoder = ProbeWorld.Decoder();
        using var reader = new HiddenStateReader(decoder, ProbeWorld.Encoder, "tiny");
        var probe = await Trained(reader, new ProbeReading());
        using var small = new Decoder(TinyModels.Config("llama"), new Seed(1));
        using var crowded = new HiddenStateReader(
            decoder,
            new ChatEncoder(ProbeWorld.Tokenizer, ChatTemplate.Parse(new string('x', 250) + ProbeWorld.Template)),
            "tiny"
        );

        var vocabulary = Assert.Throws<InvalidInputException>(() => new HiddenStateReader(small, ProbeWorld.Encoder, "small"));
        var room = Assert.Throws<InvalidInputException>(() => new HiddenStateProbeDetector(probe, crowded));
        var tooLong = await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await new HiddenStateProbeDetector(probe, reader, new HiddenStateProbeOptions { MaxCharacters = 5 }).DetectAsync(
                Input("longer"),
                Stop
            )
        );
        var options = Assert.Throws<InvalidInputException>(() =>
            new HiddenStateProbeDetector(
                probe,
                reader,
                new HiddenStateProbeOptions
                {
                    Name = "Probe!",
                    Reads = DetectorReading.Image,
                    LeastScore = 2,
                    MaxCharacters = 0,
                }
            )
        );

        Assert.Contains("The tokenizer of small", vocabulary.Message, StringComparison.Ordinal);
        Assert.Contains("framing: plain", room.Message, StringComparison.Ordinal);
        Assert.Contains("at most 5", tooLong.Message, StringComparison.Ordinal);
        Assert.All(
            ["name", "reads", "least_score", "max_characters"],
            name => Assert.Contains(name, options.Message, StringComparison.Ordinal)
        );
    }

    private static DetectorInput Input(string text) => new() { Part = GuardedPart.Prompt, Text = text };

    private static async Task<double> Score(HiddenStateProbeDetector detector, string text) =>
        (await detector.DetectAsync(Input(text), Stop)).Single().Score;

    private static async Task<HiddenStateProbe> Trained(HiddenStateReader reader, ProbeReading reading)
    {
        var options = ProbeWorld.Options with { Reading = reading };
        var trainer = new ProbeTrainer(reader, ProbeWorld.Labels, options, new Seed(17));
        return (await trainer.TrainAsync(ProbeWorld.Prompts(heldOut: false, 60), null, Stop)).Probe;
    }
}
