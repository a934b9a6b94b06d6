using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;
using Plumbline.Findings;
using Plumbline.Moderation.Groundedness;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Groundedness;

public sealed class GroundednessTests(ITestOutputHelper output)
{
    private const string Leaflet =
        "Adults take 200 mg of ibuprofen every six hours. Do not take more than 1,200 mg in one day. Children under 12 years must not take these tablets. "
        + "Store the tablets below 25 °C in a dry place.";

    private static readonly GroundednessDetector Detector = new(new GroundednessOptions());

    [Theory]
    [InlineData("Adults take 200 mg of ibuprofen every six hours.", null)]
    [InlineData("Take 200 mg of ibuprofen every six hours if you are an adult.", null)]
    [InlineData("You must not take more than 1200 mg of it in one day.", null)]
    [InlineData("Adults take 400 mg of ibuprofen every six hours.", "number")]
    [InlineData("Children under 12 years must take these tablets.", "negation")]
    [InlineData("Ibuprofen cures every kind of cancer within weeks.", "unsupported")]
    [InlineData("Sure!", null)]
    public async Task Sentences_are_compared_with_their_source(string sentence, string? kind)
    {
        var findings = await Find(sentence, Leaflet);

        Assert.Equal(kind is null ? [] : new[] { kind }, findings.Select(finding => finding.Kind));
        Assert.All(findings, finding => Assert.InRange(finding.Score, 0.5, 1));
        Assert.All(findings, finding => Assert.Equal(sentence, finding.Span!.Value.Of(sentence).ToString()));
    }

    [Theory]
    [InlineData("1,000.50", "1000.5")]
    [InlineData("1.000,50", "1000.5")]
    [InlineData("0,5", "0.5")]
    [InlineData("0.50", "0.5")]
    [InlineData("1,200", "1200")]
    [InlineData("1.234.567", "1234567")]
    [InlineData("007", "7")]
    [InlineData("٢٠٠", "200")]
    [InlineData("2.0", "2")]
    [InlineData("0", "0")]
    public void A_number_is_one_however_it_is_written(string written, string number) => Assert.Equal(number, SourceText.Number(written));

    [Fact]
    public async Task Without_sources_and_in_prompts_nothing_is_asked()
    {
        Assert.Empty(await Find("Anything at all may be said here without any source."));
        Assert.Empty(
            await Detector.DetectAsync(
                new DetectorInput
                {
                    Part = GuardedPart.Prompt,
                    Text = "Is 500 mg of it too much for me?",
                    Sources = [Leaflet],
                },
                TestContext.Current.CancellationToken
            )
        );
    }

    [Theory]
    [InlineData("成人每六小时服用二百毫克布洛芬。", "成人每六小时服用二百毫克布洛芬。儿童不得服用。", 0)]
    [InlineData("火星上的居民每天都喝绿茶和咖啡。", "成人每六小时服用二百毫克布洛芬。儿童不得服用。", 1)]
    public async Task Texts_without_spaces_are_compared_too(string answer, string source, int findings) =>
        Assert.Equal(findings, (await Find(answer, source)).Count);

    // The sections of a real document as sources: its own sentences are founded on them, those of other sections are not, and neither are its own with another number.
    [Fact]
    public async Task Sentences_of_a_real_document_are_told_from_those_of_other_parts()
    {
        var sections = Sections().ToList();
        var source = new Seed(31).Source();
        var (own, foreign, changed) = (new List<bool>(), new List<bool>(), new List<bool>());
        for (var i = 0; i < sections.Count; i++)
        {
            foreach (var sentence in Sample(sections[i], source, 5))
            {
                own.Add((await Find(sentence, sections[i])).Count > 0);
            }

            foreach (var sentence in Sample(sections[(i + (sections.Count / 2)) % sections.Count], source, 5))
            {
                foreign.Add((await Find(sentence, sections[i])).Count > 0);
            }

            foreach (var sentence in Sample(sections[i], source, 3))
            {
                changed.Add((await Find(sentence.TrimEnd('.', '\n') + " in 8,317 of cases.", sections[i])).Count > 0);
            }
        }

        Print("own sentences found", own);
        Print("foreign sentences found", foreign);
        Print("own sentences with an invented number found", changed);
        Assert.InRange(Proportion.Of(own).Value, 0, 0.02);
        Assert.InRange(Proportion.Of(foreign).Value, 0.9, 1);
        Assert.All(changed, Assert.True);
    }

    [Theory]
    [InlineData("X9", 0.5, 4)]
    [InlineData("S6", 2, 4)]
    [InlineData("S6", 0.5, 0)]
    public void Options_out_of_range_are_refused(string hazard, double support, int words) =>
        Assert.Throws<InvalidInputException>(() =>
            OptionsValidation.ThrowIfInvalid(
                new GroundednessOptions
                {
                    Hazard = hazard,
                    LeastSupport = support,
                    LeastWords = words,
                }
            )
        );

    private void Print(string what, List<bool> found)
    {
        var share = Proportion.Of(found);
        var interval = share.WilsonInterval();
        output.WriteLine($"{what}: {share.Successes} of {share.Trials} [{interval.Low:F3}, {interval.High:F3}]");
    }

    private static IEnumerable<string> Sections()
    {
        var folder = RealData.Path("openai-model-spec");
        var text = File.ReadAllText(Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal).Last());
        return text.Split("\n#", StringSplitOptions.RemoveEmptyEntries).Where(section => section.Length is > 1500 and < 20_000);
    }

    private static IEnumerable<string> Sample(string section, RandomSource source, int count)
    {
        var sentences = SourceText
            .Sentences(section)
            .Where(sentence => sentence.Words.Count >= 8)
            .Select(sentence => sentence.Span.Of(section).ToString())
            .ToArray();
        source.Shuffle<string>(sentences);
        return sentences.Take(count);
    }

    private static async Task<IReadOnlyList<Finding>> Find(string answer, params string[] sources) =>
        await Detector.DetectAsync(
            new DetectorInput
            {
                Part = GuardedPart.Answer,
                Text = answer,
                Sources = sources,
            },
            TestContext.Current.CancellationToken
        );
}
