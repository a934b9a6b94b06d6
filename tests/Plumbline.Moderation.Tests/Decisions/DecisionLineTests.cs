using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Lineage;
using Plumbline.Moderation.Decisions;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Decisions;

public sealed class DecisionLineTests
{
    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly DateTimeOffset Recorded = new(2026, 5, 6, 7, 8, 9, 10, TimeSpan.Zero);

    [Fact]
    public void Any_decision_is_read_as_it_was_written_to_the_last_bit() =>
        Logs.Any.Sample(
            decision =>
            {
                var record = DecisionLineParser.Parse(Line(decision, 7));
                Assert.NotNull(record);
                Assert.Equal((7L, Recorded, 0), (record.Sequence, record.Recorded, record.FindingsLeftOut));
                AssertSame(decision, record.Decision);
            },
            iter: 3000
        );

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public void A_lines_length_is_known_before_it_is_sealed(long sequence)
    {
        var pending = new PendingDecision(_ => { });
        pending.Write(Logs.Decision("a"));
        var length = pending.SealedLength(sequence);

        var line = pending.Seal(sequence, Recorded, Encoding.ASCII.GetBytes(ChainLine.NoHash));

        Assert.Equal(length, line.Length);
        Assert.Equal(sequence, DecisionLineParser.Parse(line[..^1])!.Sequence);
    }

    [Fact]
    public void Fields_stand_in_their_order_and_say_what_the_format_says()
    {
        var line = Encoding.UTF8.GetString(Line(Logs.Decision("a"), 1));

        Assert.Equal(
            $$"""
            {"previous":"{{ChainLine.NoHash}}","sequence":1,"recorded":"2026-05-06T07:08:09.0100000Z","id":"a","time":"2026-01-02T02:04:05.1234567Z",
            "part":"tool_result","outcome":"refuse","constitution":"{{Logs.Input("constitution")}}","input":"{{Logs.Input(
                "a"
            )}}","language":"de","exchange":"exchange-1",
            "explained_by":"no_injection","verdicts":[{"clause":"no_injection","outcome":"refuse","score":0.93,"threshold":0.5}],
            "findings":[{"hazard":"P4","score":0.93,"span":[3,9],"view":"base64"}],"detectors":{"injection":"2","pii":"1"},"failed":[]
            """.Replace(
                "\n",
                ""
            ),
            line[..line.LastIndexOf(",\"hash\"", StringComparison.Ordinal)]
        );
    }

    [Fact]
    public void Neither_the_text_nor_the_explanation_is_kept()
    {
        var decision = Logs.Decision("a") with { Text = "what a person wrote", Explanation = "told about what a person wrote" };

        Assert.DoesNotContain("a person wrote", Encoding.UTF8.GetString(Line(decision, 1)));
    }

    [Theory]
    [InlineData("By privacy, no.", "privacy")]
    [InlineData("privacy", "privacy")]
    [InlineData("By privacy_of_children: no.", "privacy_of_children")]
    [InlineData("By privacy_of_children and privacy.", "privacy")]
    [InlineData("By no-privacy.", null)]
    [InlineData("By something else.", null)]
    [InlineData(null, null)]
    public void The_clause_that_an_explanation_names_is_kept(string? explanation, string? clause)
    {
        var decision = Logs.Decision("a") with
        {
            Verdicts =
            [
                new ClauseVerdict("", GuardOutcome.Block, 1, 0),
                new ClauseVerdict("privacy", GuardOutcome.Refuse, 1, 0),
                new ClauseVerdict("privacy_of_children", GuardOutcome.Refuse, 1, 0),
            ],
            Explanation = explanation,
        };

        Assert.Equal(clause, DecisionLineParser.Parse(Line(decision, 1))!.ExplainedBy);
    }

    [Fact]
    public void Of_many_findings_the_highest_scores_are_kept_in_their_order_and_the_others_counted()
    {
        var random = new Seed(3).Source();
        Finding[] findings = [.. Enumerable.Range(0, 1000).Select(i => new Finding { Hazard = $"S{i}", Score = random.NextInt(50) })];

        var record = DecisionLineParser.Parse(Line(Logs.Decision("a") with { Findings = findings }, 1))!;

        Assert.Equal(1000 - 256, record.FindingsLeftOut);
        Assert.Equal(
            findings.OrderByDescending(finding => finding.Score).Take(256).OrderBy(finding => Array.IndexOf(findings, finding)),
            record.Decision.Findings
        );
        Assert.Equal(
            256,
            DecisionLineParser.Parse(Line(Logs.Decision("a") with { Findings = findings[..256] }, 1))!.Decision.Findings.Count
        );
    }

    [Fact]
    public void Evidence_that_is_too_long_is_cut_between_characters()
    {
        string[] evidence = [new('a', 500), new('a', 501), new string('a', 498) + "🐦🐦", string.Concat(Enumerable.Repeat("\u0001", 9000))];
        Finding[] findings =
        [
            .. evidence.Select(text => new Finding
            {
                Hazard = "S1",
                Score = 1,
                Evidence = text,
            }),
        ];

        var read = DecisionLineParser.Parse(Line(Logs.Decision("a") with { Findings = findings }, 1))!.Decision.Findings;

        Assert.Equal(
            [evidence[0], new string('a', 499) + "…", new string('a', 498) + "…", new string('\u0001', 499) + "…"],
            read.Select(finding => finding.Evidence)
        );
    }

    [Fact]
    public void As_many_findings_with_as_long_evidence_as_may_be_fit_into_a_line()
    {
        var finding = new Finding
        {
            Hazard = "P4",
            Score = 0.123456789012345678,
            Evidence = new string('\u0001', 600),
        };

        Assert.NotNull(DecisionLineParser.Parse(Line(Logs.Decision("a") with { Findings = [.. Enumerable.Repeat(finding, 256)] }, 1)));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_written_as_a_replacement_character()
    {
        var decision = Logs.Decision("a") with
        {
            Exchange = "x\ud83d",
            Detectors = new Dictionary<string, string> { ["a\ud83d"] = "1", ["a\ud83e"] = "2" },
        };

        Assert.Equal("x\ufffd", DecisionLineParser.Parse(Line(decision, 1))!.Decision.Exchange);
    }

    [Fact]
    public void Every_changed_bit_of_a_line_is_found()
    {
        var line = Line(Logs.Decision("a"), 12);
        for (var bit = 0; bit < line.Length * 8; bit++)
        {
            line[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(DecisionLineParser.Parse(line));
            line[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(DecisionLineParser.Parse(line));
    }

    [Fact]
    public void Damaged_lines_under_a_hash_that_fits_are_read_or_refused()
    {
        var line = Line(
            Logs.Decision("a") with
            {
                Findings =
                [
                    new Finding
                    {
                        Hazard = "S1",
                        Score = double.NaN,
                        Region = new ImageRegion(0, 0.5, 1, 1),
                        Evidence = "e",
                    },
                ],
                Failed = ["slow"],
                Basis = new DecisionBasis
                {
                    Situation = new Situation { Region = "DE", Day = new DateOnly(2026, 1, 2) },
                    Detectors =
                    [
                        new BasisDetector("judge", DetectorCost.Judge, ["S1"])
                        {
                            IsAlways = true,
                            AskedAbout = [new AskedClause("a", "b")],
                        },
                    ],
                    Unconfirmed = EnforcementAction.Escalate,
                    UnknownLanguage = EnforcementAction.Record,
                    TooManyReadings = EnforcementAction.Block,
                    IsUnknownLanguage = true,
                    Thresholds = [new BasisThreshold("judge", "S1", 0.25)],
                },
            },
            1
        );
        var body = line[..^ChainLine.TailLength];
        Assert.NotNull(DecisionLineParser.Parse(ChainLine.Seal(body)));

        ByteFuzzer.Run([body], 6000, new Seed(5), bytes => DecisionLineParser.Parse(ChainLine.Seal(bytes)));
    }

    [Theory]
    [InlineData("\"part\":\"tool_result\"", "\"part\":\"tool\"")]
    [InlineData("\"outcome\":\"refuse\"", "\"outcome\":\"2\"")]
    [InlineData("\"score\":0.93", "\"score\":\"high\"")]
    [InlineData("\"score\":0.93", "\"score\":true")]
    [InlineData("\"failed\":[]", "\"failed\":[],\"findings_left_out\":1")]
    [InlineData("\"detectors\"", "\"findings_left_out\":0,\"detectors\"")]
    [InlineData("\"language\":\"de\",", "\"language\":null,")]
    [InlineData("[3,9]", "[3]")]
    [InlineData("\"id\":\"a\"", "\"id\":\"\"")]
    [InlineData("\"sequence\":1,", "\"sequence\":0,")]
    [InlineData("\"sequence\":1,", "\"sequence\":99999999999999999999,")]
    [InlineData("\"previous\":\"0", "\"previous\":\"")]
    public void What_no_log_writes_is_no_record_even_under_a_hash_that_fits(string written, string instead)
    {
        var line = Encoding.UTF8.GetString(Line(Logs.Decision("a"), 1)[..^ChainLine.TailLength]);
        Assert.Contains(written, line);

        Assert.Null(DecisionLineParser.Parse(ChainLine.Seal(Encoding.UTF8.GetBytes(line.Replace(written, instead)))));
    }

    private static byte[] Line(GuardDecision decision, long sequence)
    {
        var pending = new PendingDecision(_ => { });
        pending.Write(decision);
        return pending.Seal(sequence, Recorded, Encoding.ASCII.GetBytes(ChainLine.NoHash))[..^1].ToArray();
    }

    private static void AssertSame(GuardDecision expected, GuardDecision read)
    {
        Assert.Equal(expected.Verdicts, read.Verdicts);
        Assert.Equal(expected.Findings, read.Findings);
        Assert.Equal(Bits(expected), Bits(read));
        Assert.Equal(expected.Detectors.OrderBy(pair => pair.Key), read.Detectors.OrderBy(pair => pair.Key));
        Assert.Equal(expected.Failed, read.Failed);
        Assert.Equal(Written(expected.Basis), Written(read.Basis));
        Assert.Equal(
            expected with
            {
                Basis = null,
                Verdicts = [],
                Findings = [],
                Detectors = read.Detectors,
                Failed = [],
                Text = null,
                Explanation = null,
            },
            read with
            {
                Basis = null,
                Verdicts = [],
                Findings = [],
                Failed = [],
            }
        );
    }

    // Records with lists in them are compared by what they say.
    private static string Written(DecisionBasis? basis) => JsonSerializer.Serialize(basis, Numbers);

    // -0 equals 0, and is another number.
    private static IEnumerable<long> Bits(GuardDecision decision) =>
        decision
            .Findings.Select(finding => finding.Score)
            .Concat(decision.Verdicts.SelectMany(verdict => new[] { verdict.Score, verdict.Threshold }))
            .Concat(decision.Findings.SelectMany(finding => finding.Region is { } region ? new[] { region.Left, region.Height } : []))
            .Select(BitConverter.DoubleToInt64Bits);
}
