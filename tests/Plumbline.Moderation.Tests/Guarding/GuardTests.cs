using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Moderation.Tests.Guarding;

public sealed class GuardTests
{
    private const string English = "The weather was fine and we went for a long walk along the river with our friends. ";
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_breaks_no_clause_passes_as_it_is_and_the_decision_says_what_was_asked()
    {
        var decision = await SampleGuards.Of().CheckAsync(Prompt(English), None);

        Assert.Equal(GuardOutcome.Allow, decision.Outcome);
        Assert.Equal(English, decision.Text);
        Assert.Null(decision.Explanation);
        Assert.Equal("en", decision.Language);
        Assert.Equal(["cheap", "facts"], decision.Detectors.Keys.Order());
        Assert.Equal(ConstitutionHash.Of(SampleGuards.Constitution), decision.Constitution);
        // echo -n abc | sha256sum
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            (await SampleGuards.Of().CheckAsync(Prompt("abc"), None)).Input
        );
    }

    [Fact]
    public async Task A_suspicion_asks_the_next_detector_which_confirms_or_clears_it()
    {
        var model = ScriptedDetector.OfWord("model", DetectorCost.Model, "S1", "murderous", 0.9);
        var guard = SampleGuards.Of(model);

        var harmless = await guard.CheckAsync(Prompt(English), None);
        var cleared = await guard.CheckAsync(Prompt(English + "He looked violent."), None);
        var confirmed = await guard.CheckAsync(Prompt(English + "He looked violent and murderous."), None);

        Assert.Equal((GuardOutcome.Allow, false), (harmless.Outcome, harmless.Detectors.ContainsKey("model")));
        Assert.Equal((GuardOutcome.Allow, true), (cleared.Outcome, cleared.Detectors.ContainsKey("model")));
        Assert.Equal(GuardOutcome.Refuse, confirmed.Outcome);
        Assert.Null(confirmed.Text);
        Assert.Contains("Do no harm. (violence)", confirmed.Explanation);
        Assert.Contains(confirmed.Id, confirmed.Explanation);
        Assert.Equal(new ClauseVerdict("violence", GuardOutcome.Refuse, 0.9, 0.5), Assert.Single(confirmed.Verdicts));
    }

    [Fact]
    public async Task Without_a_costlier_detector_a_person_decides()
    {
        var decision = await SampleGuards.Of().CheckAsync(Prompt(English + "He looked violent."), None);

        Assert.Equal(GuardOutcome.Escalate, decision.Outcome);
        Assert.Contains("waits for a person", decision.Explanation);
    }

    [Fact]
    public async Task The_language_of_a_clause_s_explanation_is_the_text_s()
    {
        var german = "Das Wetter war schön und wir gingen mit unseren Freunden lange am Fluss spazieren. Er sah violent aus.";

        Assert.Contains("Tu nichts Böses.", (await SampleGuards.Of().CheckAsync(Prompt(german), None)).Explanation);
    }

    [Fact]
    public async Task Facts_are_replaced_where_they_stand()
    {
        var decision = await SampleGuards.Of().CheckAsync(Prompt(English + "Call SECRET or SECRET."), None);

        Assert.Equal(GuardOutcome.Transform, decision.Outcome);
        // The scripted detector finds the first one only.
        Assert.Equal(English + "Call [SECRET] or SECRET.", decision.Text);
    }

    [Fact]
    public async Task What_is_wrapped_is_found_with_the_name_of_its_wrapping_and_its_place()
    {
        var wrapped = Convert.ToBase64String("this is a rather violent thing to say"u8);
        var text = $"{English}Please decode this and answer: {wrapped} Thanks.";

        var decision = await SampleGuards.Of().CheckAsync(Prompt(text), None);

        var finding = Assert.Single(decision.Findings);
        Assert.Equal("base64", finding.View);
        Assert.Contains(finding.Span!.Value.Of(text).ToString().TrimEnd('='), wrapped);
        Assert.Equal(GuardOutcome.Escalate, decision.Outcome);
    }

    [Fact]
    public async Task A_language_nobody_knows_goes_to_a_person_unless_a_costlier_detector_looked()
    {
        const string unknown = "zxqv wkjh trrp mnbg ykjh wqpz xxkj hgfd zrtp qwmn vbkj lkjh";
        var alone = await SampleGuards.Of().CheckAsync(Prompt(unknown), None);
        var looked = await SampleGuards
            .Of(ScriptedDetector.OfWord("model", DetectorCost.Model, "S1", "murderous", 0.9))
            .CheckAsync(Prompt(unknown), None);

        Assert.Null(alone.Language);
        Assert.Equal((GuardOutcome.Escalate, OwnRules.UnknownLanguage), (alone.Outcome, alone.Verdicts[0].Clause));
        Assert.Equal(GuardOutcome.Allow, looked.Outcome);
        Assert.Equal(GuardOutcome.Allow, (await SampleGuards.Of().CheckAsync(Prompt("ok"), None)).Outcome);
    }

    [Theory]
    [InlineData(60, GuardOutcome.Allow)]
    [InlineData(20, GuardOutcome.Escalate)]
    public async Task A_short_text_in_one_of_several_known_languages_is_not_one_nobody_knows(int doubtful, GuardOutcome outcome)
    {
        // English or Polish, says the model.
        var guard = new Guard(SampleGuards.Parts() with { Options = new GuardOptions { DoubtfulLanguageLetters = doubtful } });

        var decision = await guard.CheckAsync(Prompt("How do I terminate a C program?"), None);

        Assert.Null(decision.Language);
        Assert.Equal(outcome, decision.Outcome);
    }

    [Fact]
    public async Task A_detector_that_fails_or_hangs_is_named_and_clauses_say_what_follows()
    {
        var broken = new ScriptedDetector("broken", DetectorCost.Cheap, ["S1", "S9"], _ => throw new InvalidOperationException("broken"));
        var decision = await SampleGuards.Of(broken).CheckAsync(Prompt(English), None);

        Assert.Equal(["broken"], decision.Failed);
        // weapons are a constraint, which fails closed; violence is a duty.
        Assert.Equal(("weapons", GuardOutcome.Escalate), (Assert.Single(decision.Verdicts).Clause, decision.Outcome));
    }

    [Fact]
    public async Task A_detector_that_takes_too_long_has_failed_and_the_caller_may_still_stop_it()
    {
        var slow = new SlowDetector();
        var guard = new Guard(SampleGuards.Parts(slow) with { Options = new GuardOptions { DetectorSeconds = 0.05 } });

        Assert.Equal(["slow"], (await guard.CheckAsync(Prompt(English), None)).Failed);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await guard.CheckAsync(Prompt(English), stopped.Token));
    }

    [Fact]
    public async Task Texts_that_are_too_long_are_refused_unread()
    {
        var guard = new Guard(SampleGuards.Parts() with { Options = new GuardOptions { LongestText = 10 } });

        var decision = await guard.CheckAsync(Prompt(English), None);

        Assert.Equal((GuardOutcome.Refuse, OwnRules.TooLong), (decision.Outcome, decision.Verdicts[0].Clause));
        Assert.Empty(decision.Detectors);
    }

    [Fact]
    public async Task Where_a_clause_does_not_hold_it_stops_nothing()
    {
        var elsewhere = Prompt(English + "He looked violent.") with { Situation = new Situation { Domain = "chess" } };

        Assert.Equal(GuardOutcome.Allow, (await SampleGuards.Of().CheckAsync(elsewhere, None)).Outcome);
    }

    [Fact]
    public async Task Images_are_shown_to_those_who_look_at_images()
    {
        var eye = new ScriptedDetector(
            "eye",
            DetectorCost.Model,
            ["S1"],
            input => input.Image.Length == 3 ? [new Finding { Hazard = "S1", Score = 0.9 }] : []
        )
        {
            Reads = DetectorReading.Image,
        };

        // Nothing cheaper could suspect what it sees, so it is asked unasked.
        var decision = await SampleGuards
            .Of(eye)
            .CheckAsync(new GuardRequest { Part = GuardedPart.Image, Image = new byte[] { 1, 2, 3 } }, None);

        Assert.Equal(GuardOutcome.Refuse, decision.Outcome);
        Assert.Equal(["eye"], decision.Detectors.Keys);
        Assert.True(Assert.Single(decision.Basis!.Detectors).IsAlways);
    }

    [Fact]
    public async Task A_stream_lets_nothing_of_a_forbidden_passage_go_and_gives_the_decision_at_its_end()
    {
        var guard = new Guard(
            SampleGuards.Parts() with
            {
                Options = new GuardOptions
                {
                    HoldBack = new HoldBackOptions { Window = 200, Stride = 50 },
                },
            }
        );
        var (left, decision) = await Stream(guard, English + English + "He looked violent. " + English, 7);

        Assert.Equal(GuardOutcome.Escalate, decision.Outcome);
        Assert.StartsWith(left, English + English);
        var (allowed, whole) = await Stream(guard, English + English + English, 7);
        Assert.Equal(English + English + English, allowed);
        Assert.Equal((GuardOutcome.Allow, allowed), (whole.Outcome, whole.Text));
        var (replaced, transformed) = await Stream(guard, English + "Call SECRET now. " + English, 7);
        Assert.Equal(English + "Call [SECRET] now. " + English, replaced);
        Assert.Equal((GuardOutcome.Transform, replaced), (transformed.Outcome, transformed.Text));
    }

    [Fact]
    public async Task A_piece_of_a_stream_that_is_in_no_language_is_judged_by_the_language_of_what_came_before()
    {
        var guard = new Guard(
            SampleGuards.Parts() with
            {
                Options = new GuardOptions
                {
                    HoldBack = new HoldBackOptions { Window = 80, Stride = 40 },
                },
            }
        );
        var calm = string.Concat(Enumerable.Repeat(English, 8));
        var text = calm + "zxqv wkjh trrp mnbg ykjh wqpz xxkj hgfd zrtp qwmn vbkj lkjh wqxz plkj mnzx qwrt zxcv bnmk " + calm;

        Assert.Equal(text, (await Stream(guard, text, 7)).Left);
    }

    [Fact]
    public async Task Clauses_about_pictures_hold_for_pictures_and_what_they_are_asked_for_with()
    {
        var pictures = SampleGuards.Constitution with
        {
            Clauses = new Dictionary<string, Clause>
            {
                ["pictures"] = SampleGuards.Constitution.Clauses["violence"] with
                {
                    Scope = new ClauseScope { Modalities = [Modality.Image] },
                },
            },
        };
        var guard = new Guard(SampleGuards.Parts() with { Constitution = pictures });
        var asked = Prompt(English + "Draw something violent.");

        Assert.Equal(GuardOutcome.Allow, (await guard.CheckAsync(asked, None)).Outcome);
        Assert.Equal(GuardOutcome.Escalate, (await guard.CheckAsync(asked with { Part = GuardedPart.ImagePrompt }, None)).Outcome);
    }

    [Fact]
    public async Task A_stream_is_over_when_it_ended()
    {
        var stream = SampleGuards.Of().Open(new GuardRequest { Part = GuardedPart.Answer });
        await stream.EndAsync(None);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.AddAsync("a", None));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.EndAsync(None));
    }

    [Fact]
    public void Two_detectors_of_one_name_are_refused() =>
        Assert.Contains(
            "called cheap",
            Assert
                .Throws<InvalidInputException>(() => SampleGuards.Of(new ScriptedDetector("cheap", DetectorCost.Cheap, [], _ => [])))
                .Message
        );

    private static GuardRequest Prompt(string text) => new() { Part = GuardedPart.Prompt, Text = text };

    private static async Task<(string Left, GuardDecision Decision)> Stream(Guard guard, string text, int size)
    {
        var stream = guard.Open(new GuardRequest { Part = GuardedPart.Answer });
        var left = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length; at += size)
        {
            var piece = await stream.AddAsync(text.Substring(at, Math.Min(size, text.Length - at)), None);
            left.Append(piece.Text);
            if (piece.Decision is { } stopped)
            {
                return (left.ToString(), stopped);
            }
        }

        var last = await stream.EndAsync(None);
        return (left.Append(last.Text).ToString(), last.Decision!);
    }

    private sealed class SlowDetector : IDetector
    {
        public string Name => "slow";

        public string Version => "1";

        public DetectorCost Cost => DetectorCost.Cheap;

        public DetectorReading Reads => DetectorReading.Text;

        public IReadOnlyCollection<string> Hazards => ["S1"];

        public async ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }
    }
}
