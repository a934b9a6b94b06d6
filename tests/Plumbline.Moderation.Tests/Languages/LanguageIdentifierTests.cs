using CsCheck;
using Plumbline.Moderation.Languages;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Languages;

public sealed class LanguageIdentifierTests
{
    private static readonly LanguageIdentifier Model = LanguageIdentifier.Default;

    [Theory]
    [InlineData("Could you tell me how to get to the railway station, please?", "en", "Latn")]
    [InlineData("Können Sie mir bitte sagen, wie ich zum Bahnhof komme?", "de", "Latn")]
    [InlineData("Pouvez-vous me dire comment aller à la gare, s'il vous plaît ?", "fr", "Latn")]
    [InlineData("¿Podría decirme cómo llegar a la estación de tren, por favor?", "es", "Latn")]
    [InlineData("Ngicela ungitshele ukuthi ngingaya kanjani esiteshini sesitimela.", "zu", "Latn")]
    [InlineData("Tafadhali niambie jinsi ya kufika kwenye kituo cha treni.", "sw", "Latn")]
    [InlineData("Xin hãy cho tôi biết làm thế nào để đến ga tàu hỏa.", "vi", "Latn")]
    [InlineData("Подскажите, пожалуйста, как пройти к железнодорожному вокзалу?", "ru", "Cyrl")]
    [InlineData("Підкажіть, будь ласка, як дістатися до залізничного вокзалу?", "uk", "Cyrl")]
    [InlineData("هل يمكنك أن تخبرني كيف أصل إلى محطة القطار من فضلك؟", "ar", "Arab")]
    [InlineData("لطفاً به من بگویید چگونه می‌توانم به ایستگاه قطار بروم.", "fa", "Arab")]
    [InlineData("कृपया मुझे बताइए कि रेलवे स्टेशन कैसे जाना है।", "hi", "Deva")]
    [InlineData("mujhe batao ki railway station kaise jana hai, main yahan naya hoon", "hi-Latn", "Latn")]
    [InlineData("駅への行き方を教えていただけますか。", "ja", "Jpan")]
    [InlineData("请问去火车站怎么走？我想坐下午的车。", "zh-Hans", "Hans")]
    [InlineData("請問去火車站怎麼走？我想坐下午的車。", "zh-Hant", "Hant")]
    [InlineData("기차역에 어떻게 가는지 알려 주시겠어요?", "ko", "Kore")]
    [InlineData("ช่วยบอกทางไปสถานีรถไฟหน่อยได้ไหมครับ", "th", "Thai")]
    [InlineData("Μπορείτε να μου πείτε πώς θα πάω στον σταθμό του τρένου;", "el", "Grek")]
    public void A_sentence_is_named(string text, string language, string script)
    {
        var guess = Model.Identify(text);
        Assert.Equal((language, script), (guess.Language, guess.Script));
        Assert.InRange(guess.Probability, 0.5, 1);
    }

    [Fact]
    public void Composed_and_decomposed_letters_are_the_same()
    {
        const string Composed = "Pouvez-vous répéter ça à l'élève là-bas ?";
        var decomposed = Composed
            .Replace("é", "e\u0301", StringComparison.Ordinal)
            .Replace("à", "a\u0300", StringComparison.Ordinal)
            .Replace("è", "e\u0300", StringComparison.Ordinal)
            .Replace("ç", "c\u0327", StringComparison.Ordinal);
        Assert.Equal(Model.Identify(Composed), Model.Identify(decomposed));
    }

    [Theory]
    [InlineData("Where can I find the station, please, and a good hotel next to it?", false)]
    [InlineData("How do I terminate a C program?", false)]
    [InlineData("asdfjkl asdf jklf asdfh kjsdhf lkjasdf qwoeiru zxcvm", true)]
    [InlineData("ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ", true)]
    [InlineData("a я ㄱ α", true)]
    public void One_of_several_known_languages_is_not_taken_for_a_foreign_one(string text, bool mayBeForeign)
    {
        var guess = Model.Identify(text);
        var ranked = new LanguageGuess[1];

        Assert.Equal(mayBeForeign, guess.MayBeForeign);
        Assert.InRange(guess.ForeignProbability, 0, 1);
        Assert.Equal(guess.ForeignProbability, Model.Rank(text, ranked) > 0 ? ranked[0].ForeignProbability : 1);
    }

    [Theory]
    [InlineData("", "Zyyy")]
    [InlineData("1234 :-) ???", "Zyyy")]
    [InlineData("a", "Latn")]
    [InlineData("ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ", "Zzzz")]
    [InlineData("Q29tZSB3aXRoIG1lIGFuZCBzZWUgdGhlIHJpdmVyIHRvbmlnaHQ=", "Zyyy")]
    [InlineData("asdfjkl asdf jklf asdfh kjsdhf lkjasdf qwoeiru zxcvm", "Latn")]
    [InlineData("for (var i = 0; i < rows.length; i++) { sum += rows[i].weight * scale; }", "Latn")]
    [InlineData("https://example.com/some/path?with=query", "Zyyy")]
    public void What_is_no_text_in_a_language_is_unknown(string text, string script)
    {
        var guess = Model.Identify(text);
        Assert.Equal((null, script), (guess.Language, guess.Script));
        Assert.False(guess.IsKnown);
    }

    [Fact]
    public void Made_up_texts_are_mostly_unknown()
    {
        var random = new Seed(21).Source();
        string Word(string letters, int least, int most) =>
            string.Concat(Enumerable.Range(0, least + random.NextInt(most - least + 1)).Select(_ => random.Choose([.. letters])));
        var texts = new Dictionary<string, Func<string>>
        {
            ["letters at random"] = () => string.Join(' ', Enumerable.Range(0, 8).Select(_ => Word("abcdefghijklmnopqrstuvwxyz", 3, 9))),
            ["a row of keys"] = () => string.Join(' ', Enumerable.Range(0, 8).Select(_ => Word("asdfghjkl", 3, 9))),
            ["Cyrillic at random"] = () =>
                string.Join(' ', Enumerable.Range(0, 8).Select(_ => Word("абвгдежзийклмнопрстуфхцчшщъыьэюя", 3, 9))),
            ["base64"] = () => Convert.ToBase64String([.. Enumerable.Range(0, 60).Select(_ => (byte)random.NextInt(256))]),
            ["rot13"] = () =>
                string.Concat(
                    random.Choose(English).Select(value => char.IsAsciiLetterLower(value) ? (char)('a' + (value - 'a' + 13) % 26) : value)
                ),
            ["reversed"] = () => new string([.. random.Choose(English).Reverse()]),
        };
        foreach (var (kind, make) in texts)
        {
            var known = Enumerable.Range(0, 200).Select(_ => make()).Where(text => Model.Identify(text).IsKnown).ToList();
            Assert.True(known.Count <= 10, $"{kind}: {known.Count} of 200 are named, such as {string.Join(" | ", known.Take(3))}");
        }
    }

    [Fact]
    public void Any_text_has_a_guess_that_is_the_same_each_time() =>
        Gen
            .Char.Array[0, 300]
            .Select(characters => new string(characters))
            .Sample(text =>
            {
                var guess = Model.Identify(text);
                var isSound =
                    guess.Probability is >= 0 and <= 1 && guess.Script.Length == 4 && (guess.Language is null || guess.Probability > 0);
                return isSound && guess == Model.Identify(text);
            });

    [Fact]
    public void Any_text_is_ranked_by_falling_probabilities_that_sum_to_one_at_most() =>
        Gen.OneOf(Gen.Char.Array[0, 100], Gen.Char['a', 'z'].Array[0, 100])
            .Sample(characters =>
            {
                var guesses = new LanguageGuess[5];
                var found = guesses[..Model.Rank(characters, guesses)].Select(guess => guess.Probability).ToList();
                return found.SequenceEqual(found.OrderDescending()) && found.Sum() <= 1 + 1e-9;
            });

    [Fact]
    public void The_first_in_rank_is_what_is_named()
    {
        const string Text = "Können Sie mir bitte sagen, wie ich zum Bahnhof komme?";
        var guesses = new LanguageGuess[3];
        Assert.Equal(3, Model.Rank(Text, guesses));
        Assert.Equal(Model.Identify(Text), guesses[0]);
        Assert.Equal(1, Model.Rank("สวัสดีครับ", guesses));
        Assert.Equal(0, Model.Rank("...", guesses));
        Assert.Equal(0, Model.Rank("ⴰⵣⵓⵍ", guesses));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var texts = new[]
        {
            English[0],
            "Подскажите, пожалуйста, как пройти?",
            "请问去火车站怎么走？",
            "te\u0301le\u0301",
            string.Join(' ', Enumerable.Repeat(English[1], 200)),
        };
        var guesses = new LanguageGuess[4];
        foreach (var text in texts)
        {
            Model.Identify(text);
            Model.Rank(text, guesses);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in texts)
        {
            Model.Identify(text);
            Model.Rank(text, guesses);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_text_of_two_scripts_in_equal_parts_is_unknown() =>
        Assert.False(Model.Identify("the small house где находится дом ซึ่งเป็นบ้านหลังเล็ก").IsKnown);

    [Fact]
    public void A_long_text_is_sampled_from_beginning_to_end()
    {
        var german = string.Concat(Enumerable.Repeat("Können Sie mir bitte sagen, wie ich zum Bahnhof komme? ", 4000));
        Assert.Equal("de", Model.Identify(german).Language);
        Assert.Equal("de", Model.Identify(English[0] + german).Language);
    }

    [Fact]
    public void The_model_is_the_one_that_the_card_describes()
    {
        var card = File.ReadAllText(Card());
        Assert.Contains(Model.Hash, card, StringComparison.Ordinal);
        foreach (var language in Model.Languages)
        {
            Assert.Contains($"`{language}`", card, StringComparison.Ordinal);
        }
    }

    private static string[] English { get; } =
    [
        "please tell me how the weather will be tomorrow in the mountains",
        "what should a person do who has lost the keys of a house at night",
        "my sister wants to learn how to bake bread without an oven",
        "they walked along the river until the old bridge came into sight",
    ];

    private static string Card()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var card = Path.Combine(at.FullName, "docs", "language-id.md");
            if (File.Exists(card))
            {
                return card;
            }
        }

        throw new InvalidOperationException("docs/language-id.md is not there.");
    }
}
