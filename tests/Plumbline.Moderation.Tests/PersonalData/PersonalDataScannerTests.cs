using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.PersonalData.Scanning;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.PersonalData;

public sealed class PersonalDataScannerTests(ITestOutputHelper output)
{
    private static readonly PersonalDataScanner Scanner = new();

    [Fact]
    public void A_text_without_personal_data_allocates_nothing()
    {
        var text = string.Concat(
            Enumerable.Repeat("In 1987, at 12:30, 42 people paid 1,234.50 EUR: a = b - c_d. Я живу здесь. 我们 SIN-free ٢٠٢٤. ", 200)
        );
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(text, matches);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Scanner.Scan(text, matches);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(matches);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("@")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("_")]
    [InlineData(":")]
    [InlineData("=")]
    [InlineData("a@")]
    [InlineData("a.b@c.d")]
    [InlineData("4111 ")]
    [InlineData("1.")]
    [InlineData("1\n")]
    [InlineData("12-")]
    [InlineData("::1")]
    [InlineData("a:b@")]
    [InlineData("://")]
    [InlineData("eyJ")]
    [InlineData("eyJ.")]
    [InlineData("sk-")]
    [InlineData("ghp_")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("password=")]
    [InlineData("DE89")]
    [InlineData("DE89 ")]
    [InlineData("AB 1")]
    [InlineData("+1 ")]
    [InlineData("ssn 1 ")]
    [InlineData("1 Main Street, IL 62704 ")]
    [InlineData("０")]
    [InlineData("電話1")]
    [InlineData("219-09-9999 ")]
    public void Hostile_texts_take_work_in_proportion_to_their_length(string part)
    {
        var once = Work(part, 100_000);
        var fourfold = Work(part, 400_000);

        Assert.InRange(fourfold, 0, (4.1 * once) + 1000);
        Assert.InRange(fourfold, 0, 400_000L * 60);
    }

    [Fact]
    public void The_vector_search_finds_what_the_plain_one_does()
    {
        var random = new Seed(3).Source();
        var alphabet = "abc .,IAzCyJSGWw0129@:=_-é٠٩۰۹०९๐໑０９：我я\uD83D".ToCharArray();
        for (var round = 0; round < 300; round++)
        {
            var text = new string([
                .. Enumerable.Range(0, random.NextInt(90)).Select(_ => random.NextInt(4) == 0 ? random.Choose(alphabet) : 'x'),
            ]);
            for (var from = 0; from <= text.Length; from++)
            {
                var plain = from;
                while (plain < text.Length && !Anchors.Is(text[plain], plain + 1 < text.Length ? text[plain + 1] : '\0'))
                {
                    plain++;
                }

                Assert.Equal(plain, Anchors.Next(text, from));
            }
        }
    }

    [Fact]
    public void Matches_stand_in_order_and_never_overlap_whatever_the_text_is()
    {
        var random = new Seed(4).Source();
        string[] parts =
        [
            "4111 1111 1111 1111",
            "jane@example.com",
            " ",
            "\n",
            "-",
            "219-09-9999",
            "DE89 3704 0044 0532 0130 00",
            "+49 30 901820",
            "tel ",
            "password=",
            "x",
            "://a:b@",
            "10115",
            ".",
            "\uD800",
            "ssn",
        ];
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt(12)).Select(_ => random.Choose(parts)));
            var matches = Found(text);
            for (var i = 0; i < matches.Count; i++)
            {
                Assert.InRange(matches[i].Span.Start, i == 0 ? 0 : matches[i - 1].Span.End, text.Length);
                Assert.InRange(matches[i].Span.End, matches[i].Span.Start + 1, text.Length);
                Assert.InRange(matches[i].Confidence, PersonalDataConfidence.Least - 1e-9, 1);
            }
        }
    }

    [Fact]
    public void A_number_with_a_valid_checksum_is_found_in_its_own_form_and_one_with_a_changed_digit_is_not()
    {
        foreach (var rule in PersonalDataRegistry.Rules.Where(rule => rule.Passes is not null && rule.HasChecksum))
        {
            var random = new Seed(5).Derive(rule.Name).Source();
            var (caught, changed) = (0, 0);
            foreach (var form in rule.Forms.Take(2))
            {
                var value = Identifiers.Valid(rule, form, random);
                Assert.Contains(
                    Found($"{rule.Words[0]}: {value}."),
                    match => match.Kind == rule.Kind && match.Span.Of($"{rule.Words[0]}: {value}.").SequenceEqual(value)
                );
                for (var i = 0; i < 40; i++)
                {
                    var faulty = Identifiers.OneDigitChanged(value, random);
                    changed++;
                    if (!rule.Passes!(Identifiers.Plain(faulty)))
                    {
                        caught++;
                        Assert.DoesNotContain(Found($"{rule.Words[0]}: {faulty}."), match => match.Rule == rule);
                    }
                }
            }

            // Checks modulo 11 that fold 10 onto another digit, and modulo 9 or 10, let a few through.
            Assert.True(caught > 0.75 * changed, $"{rule}: {caught} of {changed}");
        }
    }

    [Fact]
    public void Random_runs_of_digits_are_hardly_ever_taken_for_somebodys()
    {
        var random = new Seed(6).Source();
        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var length = 8 + random.NextInt(11);
            found += Found($"a {Identifiers.Random(new string('9', length), random)} b").Count;
        }

        output.WriteLine($"{found / 200.0:F2} % of random runs of 8 to 18 digits");
        Assert.InRange(found / 20_000.0, 0, 0.01);
    }

    [Fact]
    public void Options_choose_kinds_countries_regions_and_confidence()
    {
        const string Text = "jane@example.com, CPF 390.533.447-05, DNI 12345678Z, 030 901820";

        Assert.Equal(["email"], Names(new PersonalDataOptions { Kinds = ["email"] }, Text));
        Assert.Equal(["email", "es_dni"], Names(new PersonalDataOptions { Countries = ["es"] }, Text));
        Assert.Equal(["email", "br_cpf", "es_dni", "phone"], Names(new PersonalDataOptions { PhoneRegions = ["de"] }, Text));
        Assert.Equal(["email"], Names(new PersonalDataOptions { LeastConfidence = 0.945 }, Text).Where(name => name == "email"));
        Assert.Empty(Names(new PersonalDataOptions { LeastConfidence = 1 }, Text));
    }

    [Theory]
    [InlineData("kinds")]
    [InlineData("countries")]
    [InlineData("regions")]
    [InlineData("confidence")]
    public void Options_that_mean_nothing_are_refused(string which) =>
        Assert.Throws<InvalidInputException>(() =>
            new PersonalDataScanner(
                which switch
                {
                    "kinds" => new PersonalDataOptions { Kinds = ["e-mail"] },
                    "countries" => new PersonalDataOptions { Countries = ["xx"] },
                    "regions" => new PersonalDataOptions { PhoneRegions = ["xx"] },
                    _ => new PersonalDataOptions { LeastConfidence = double.NaN },
                }
            )
        );

    [Fact]
    public async Task The_detector_names_kinds_and_countries_and_never_shows_what_it_found()
    {
        var detector = new PersonalDataDetector(Scanner);
        var input = new DetectorInput { Part = GuardedPart.Answer, Text = "jane@example.com, CPF 390.533.447-05" };

        var findings = await detector.DetectAsync(input, CancellationToken.None);

        Assert.Equal(["email", "national_id/br"], findings.Select(finding => finding.Kind));
        Assert.All(findings, finding => Assert.Equal("S7", finding.Hazard));
        Assert.All(
            findings,
            finding => Assert.DoesNotContain(finding.Span!.Value.Of(input.Text).ToString(), finding.Evidence, StringComparison.Ordinal)
        );
        Assert.Equal(("pii", DetectorCost.Cheap, DetectorReading.Text), (detector.Name, detector.Cost, detector.Reads));
        Assert.Equal(detector.Version, new PersonalDataDetector(new PersonalDataScanner()).Version);
        Assert.NotEqual(
            detector.Version,
            new PersonalDataDetector(new PersonalDataScanner(new PersonalDataOptions { Kinds = ["email"] })).Version
        );
        Assert.Empty(await detector.DetectAsync(input with { Text = "nothing" }, CancellationToken.None));
    }

    [Fact]
    public void What_stands_in_the_callers_list_already_stays()
    {
        var matches = Found("jane@example.com");
        Scanner.Scan("joe@example.com", matches);

        Assert.Equal([16, 15], matches.Select(match => match.Span.Length));
    }

    private static long Work(string part, int length) =>
        Scanner.ScanCounting(new StringBuilder().Insert(0, part, length / part.Length).ToString(), []);

    private static IEnumerable<string> Names(PersonalDataOptions options, string text)
    {
        var matches = new List<PersonalDataMatch>();
        new PersonalDataScanner(options).Scan(text, matches);
        return matches.Select(match => match.Rule.Name);
    }

    private static List<PersonalDataMatch> Found(string text)
    {
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(text, matches);
        return matches;
    }
}
