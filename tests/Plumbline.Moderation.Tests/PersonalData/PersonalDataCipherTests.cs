using System.Text;
using CsCheck;
using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.PersonalData.Actions;

namespace Plumbline.Moderation.Tests.PersonalData;

public sealed class PersonalDataCipherTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly PersonalDataScanner Scanner = new();

    private static readonly string[] Pieces =
    [
        "jane@example.com",
        " and ",
        "DE89 3704 0044 0532 0130 00",
        "\n",
        "<",
        ">",
        "<iban:abc>",
        "4111 1111 1111 1111",
        "\uD800",
        "日本",
        "+49 30 901820",
        ", ",
        "password=hunter2hunter2",
        "𝒳",
        "<email:",
        "x",
        "SSN 219-09-9999",
        "٤١١١١١١١١١١١١١١١",
    ];

    [Fact]
    public void A_text_that_was_encrypted_restores_to_itself_bit_for_bit()
    {
        using var cipher = new PersonalDataCipher(Key);
        var redactor = new PersonalDataRedactor(Scanner, new RedactionOptions { Action = PersonalDataAction.Encrypt }, cipher);

        Gen.Int[0, Pieces.Length - 1]
            .Select(piece => Pieces[piece])
            .Array[0, 14]
            .Sample(pieces =>
            {
                var text = string.Concat(pieces);
                var once = redactor.Redact(text).Text;
                var twice = redactor.Redact(once).Text;

                return cipher.Restore(once).Text == text && cipher.Restore(twice).Text == once;
            });
    }

    [Fact]
    public void The_same_value_of_the_same_kind_has_the_same_token_and_another_has_another()
    {
        using var cipher = new PersonalDataCipher(Key);
        using var same = new PersonalDataCipher(Key);

        Assert.Equal(cipher.Encrypt("iban", "a"), same.Encrypt("iban", "a"));
        Assert.NotEqual(cipher.Encrypt("iban", "a"), cipher.Encrypt("iban", "b"));
        Assert.NotEqual(cipher.Encrypt("iban", "a")[6..], cipher.Encrypt("mail", "a")[6..]);
        Assert.Equal(cipher.Hash("iban", "a"), same.Hash("iban", "a"));
        Assert.NotEqual(cipher.Hash("iban", "a"), cipher.Hash("email", "a"));
        Assert.Equal(16, cipher.Hash("iban", "a").Length);
    }

    [Fact]
    public void Every_changed_character_of_a_token_is_refused_and_left_as_it_is()
    {
        using var cipher = new PersonalDataCipher(Key);
        var token = cipher.Encrypt("iban", "DE89 3704 0044 0532 0130 00");
        for (var place = token.IndexOf(':') + 1; place < token.Length - 1; place++)
        {
            var changed = new StringBuilder(token) { [place] = token[place] == 'A' ? 'B' : 'A' }.ToString();
            var restored = cipher.Restore($"x {changed} y");

            Assert.Equal($"x {changed} y", restored.Text);
            Assert.Equal(0, restored.Restored);
            Assert.Equal(2, Assert.Single(restored.Refused).Start);
        }
    }

    [Fact]
    public void A_token_under_another_kind_or_key_is_refused()
    {
        using var cipher = new PersonalDataCipher(Key);
        using var other = new PersonalDataCipher([.. Key.Reverse()]);
        var token = cipher.Encrypt("iban", "value");

        Assert.Single(cipher.Restore(token.Replace("iban", "mail", StringComparison.Ordinal)).Refused);
        Assert.Single(other.Restore(token).Refused);
        Assert.Equal("value", cipher.Restore(token).Text);
    }

    [Fact]
    public void Several_tokens_are_restored_between_what_is_none()
    {
        using var cipher = new PersonalDataCipher(Key);
        var restored = cipher.Restore($"<a:{cipher.Encrypt("x", "1")}<b>{cipher.Encrypt("y_2", "2")}:>");

        Assert.Equal("<a:1<b>2:>", restored.Text);
        Assert.Equal(2, restored.Restored);
        Assert.Empty(restored.Refused);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(33)]
    public void A_key_of_another_length_is_refused_without_being_shown(int length)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => new PersonalDataCipher(new byte[length]));

        Assert.Contains($"{length} bytes", refusal.Message, StringComparison.Ordinal);
    }
}
