using System.Text.Json.Nodes;
using Plumbline.Moderation.Decisions;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

public sealed class StoredDecisionTests : IDisposable
{
    private const string Card = "My card is 4111 1111 1111 1111, please order the tickets for Sunday.";

    private readonly TemporaryFolder folder = new();
    private readonly string decisions;
    private readonly string overlay;

    public StoredDecisionTests()
    {
        decisions = folder.File("decisions");
        overlay = folder.Write(
            "stricter.yaml",
            """
            name: stricter
            for: general
            rationale: For a test.
            changes:
              privacy:
                because: Numbers are not to be sent at all.
                set: { enforcement: { action: refuse } }
            """
        );
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_changed_constitution_is_told_which_stored_decisions_come_out_otherwise()
    {
        var card = Check(Card);
        Check("Which herbs can I grow on a balcony that gets little sun in the afternoon?");
        string[] diff = ["constitution", "diff", "general", "general", "--new-overlay", overlay, "--decisions", decisions];

        var (code, output, error) = CommandRun.InProcess(diff);
        var (_, json, _) = CommandRun.InProcess([.. diff, "--json"]);

        Assert.True(code == 0, error + output);
        Assert.Contains("2 decided again from their scores, 1 come out otherwise.", output, StringComparison.Ordinal);
        Assert.Contains($"transform -> refuse: 1 ({card})", output, StringComparison.Ordinal);
        Assert.Contains("privacy: 1 decisions touched, 1 come out otherwise, 0 need asking anew", output, StringComparison.Ordinal);
        var told = JsonNode.Parse(json)!["decisions"]!;
        Assert.Equal((2, 2, 1), ((int)told["decisions"]!, (int)told["replayed"]!, (int)told["changed"]!));
        Assert.Equal(card, (string?)told["outcomes"]![0]!["examples"]![0]);
        Assert.Equal((1, 1, 0), Reach(told["clauses"]!["privacy"]!));
        Assert.Equal(0, (int)told["deviating"]!);
    }

    [Fact]
    public void What_would_have_to_be_asked_anew_is_counted_and_named()
    {
        // Nobody looks for what the only clause is about, so nobody is asked.
        var bare = folder.Write("bare.yaml", "name: bare\nclauses:\n  fairness: { text: Treat people alike., hazards: [P1] }\n");
        Check(Card, "--set", $"constitution={bare}");

        var (code, output, error) = CommandRun.InProcess("constitution", "diff", bare, "general", "--decisions", decisions);

        Assert.True(code == 0, error + output);
        Assert.Contains("0 decided again from their scores, 0 come out otherwise.", output, StringComparison.Ordinal);
        Assert.Contains("1 cannot be told before detectors are asked: pii 1, text 1.", output, StringComparison.Ordinal);
        Assert.Contains("privacy: 1 decisions touched, 0 come out otherwise, 1 need asking anew", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_decision_is_decided_again_under_any_version()
    {
        var card = Check(Card);
        string[] replay = ["constitution", "replay", card, "--decisions", decisions];
        var own = DecisionLog.Read(decisions).Single().Decision.Constitution;

        var same = CommandRun.InProcess(replay);
        var byHash = CommandRun.InProcess([.. replay, "--under", own[..8]]);
        var stricter = CommandRun.InProcess([.. replay, "--under", "general", "--overlay", overlay]);
        var (_, json, _) = CommandRun.InProcess([.. replay, "--under", "general", "--overlay", overlay, "--json"]);

        Assert.True(same.Code == 0, same.Error);
        Assert.Contains($"Decided the same under {own}: transform.", same.Output, StringComparison.Ordinal);
        Assert.Equal(same.Output, byHash.Output);
        Assert.Contains(": refuse.", stricter.Output, StringComparison.Ordinal);
        Assert.Contains("Decided otherwise under", stricter.Output, StringComparison.Ordinal);
        Assert.True((bool?)JsonNode.Parse(json)!["differs"]);
        Assert.Equal("refuse", (string?)JsonNode.Parse(json)!["replayed_outcome"]);
    }

    [Fact]
    public void What_cannot_be_decided_again_says_why()
    {
        var card = Check(Card);
        string[] replay = ["constitution", "replay", card, "--decisions", decisions];
        var kept = Directory.GetFiles(Path.Combine(decisions, "constitutions")).Single();

        Assert.Equal(2, CommandRun.InProcess("constitution", "replay", "nobody", "--decisions", decisions).Code);
        Assert.NotEqual(0, CommandRun.InProcess("constitution", "replay", card).Code);
        File.WriteAllText(kept, File.ReadAllText(kept).Replace("transform", "refuse", StringComparison.Ordinal));
        Assert.Contains("no longer the constitution", CommandRun.InProcess(replay).Error, StringComparison.Ordinal);
        File.Delete(kept);
        var (code, _, error) = CommandRun.InProcess(replay);
        Assert.Equal(2, code);
        Assert.Contains("--under FILE", error, StringComparison.Ordinal);
    }

    private static (int, int, int) Reach(JsonNode clause) =>
        ((int)clause["touched"]!, (int)clause["changed"]!, (int)clause["needs_asking"]!);

    private string Check(string text, params string[] more)
    {
        var (_, output, error) = CommandRun.InProcess([
            "guard",
            "check",
            text,
            "--json",
            "--where",
            "language=en",
            "--set",
            $"decisions={decisions}",
            .. more,
        ]);
        Assert.True(output.Length > 0, error);
        return (string)JsonNode.Parse(output)!["id"]!;
    }
}
