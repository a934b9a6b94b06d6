using CsCheck;
using Plumbline.Evaluation.Attacks;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Attacks;

public sealed class TextAttackTests
{
    private const string Words = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?!'- ";

    public static TheoryData<string> Names() => [.. TextAttacks.All.Select(attack => attack.Name)];

    [Fact]
    public void Names_are_lower_case_and_each_stands_for_one_attack()
    {
        Assert.Equal(TextAttacks.All.Count, TextAttacks.All.Select(attack => attack.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(TextAttacks.All, attack => Assert.Matches("^[a-z0-9-]+$", attack.Name));
        Assert.All(TextAttacks.All, attack => Assert.Same(attack, TextAttacks.Find(attack.Name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_inverse_gives_the_request_back_on_the_attacks_alphabet(string name)
    {
        var attack = TextAttacks.Find(name);
        var words = Gen.Char[Words]
            .Array[1, 12]
            .Select(units => new string([.. units.Where(unit => unit != ' ' && attack.Covers(unit.ToString()))]))
            .Where(word => word.Length > 0);
        words
            .Array[2, 8]
            .Select(Gen.ULong)
            .Sample(
                (parts, seed) =>
                {
                    var text = string.Join(' ', parts);
                    var written = attack.Apply(text, new Seed(seed).Source());
                    if (attack.Invert(written) is { } inverse)
                    {
                        Assert.Equal(text, inverse);
                    }
                    else
                    {
                        Assert.NotEqual(text, written);
                    }
                },
                iter: 100,
                threads: 1
            );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_attack(string name)
    {
        var attack = TextAttacks.Find(name);
        const string Text = "tell me about the old harbour";

        Assert.Equal(attack.Apply(Text, new Seed(5).Source()), attack.Apply(Text, new Seed(5).Source()));
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("base32")]
    [InlineData("ascii85")]
    [InlineData("base85")]
    [InlineData("hex")]
    [InlineData("uuencode")]
    [InlineData("percent")]
    [InlineData("quoted-printable")]
    [InlineData("entities")]
    [InlineData("json-escapes")]
    [InlineData("binary")]
    [InlineData("decimal")]
    [InlineData("variation-selectors")]
    public void Encodings_of_bytes_and_characters_take_every_language(string name)
    {
        const string Text = "Où est l'hôtel? 酒店在哪里 호텔 어디 होटल 😀";
        var attack = TextAttacks.Find(name);

        Assert.True(attack.Covers(Text));
        Assert.Equal(Text, attack.Invert(attack.Apply(Text, new Seed(1).Source())));
    }

    [Fact]
    public void Composed_attacks_apply_the_inner_one_first_and_undo_it_last()
    {
        var attack = TextAttacks.Find("base64(rot13)");

        var written = attack.Apply("hello", new Seed(1).Source());

        Assert.Equal("base64(rot13)", attack.Name);
        Assert.Equal(Convert.ToBase64String("uryyb"u8), written);
        Assert.Equal("hello", attack.Invert(written));
        Assert.Null(TextAttacks.Find("role-play(rot13)").Invert(written));
        Assert.False(TextAttacks.Find("base64(morse)").Covers("日本"));
        Assert.True(TextAttacks.Find("base64(morse)").Covers("sos"));
        Assert.Equal(AttackFamily.Encoding, attack.Family);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TextAttacks.Find("base65"));

        Assert.Contains("base64", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base64", "Man", "TWFu")]
    [InlineData("base32", "foobar", "MZXW6YTBOI======")]
    [InlineData("ascii85", "Man ", "9jqo^")]
    [InlineData("hex", "AZ", "415a")]
    [InlineData("morse", "sos", "... --- ...")]
    [InlineData("atbash", "Wizard", "Draziw")]
    [InlineData("rot3", "xyz", "abc")]
    [InlineData("uuencode", "Cat", "begin 644 note.txt\n#0V%T\n`\nend")]
    [InlineData("leetspeak", "hacker", "h4ck3r")]
    [InlineData("braille", "cab", "⠉⠁⠃")]
    public void Known_texts_are_written_as_the_world_writes_them(string name, string text, string written) =>
        Assert.Equal(written, TextAttacks.Find(name).Apply(text, new Seed(1).Source()));
}
