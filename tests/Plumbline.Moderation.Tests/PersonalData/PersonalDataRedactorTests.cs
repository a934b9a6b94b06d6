using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.PersonalData.Actions;

namespace Plumbline.Moderation.Tests.PersonalData;

public sealed class PersonalDataRedactorTests
{
    private const string Text = "Write to jane@example.com, pay to DE89 3704 0044 0532 0130 00 or 4111 1111 1111 1111.";
    private static readonly PersonalDataScanner Scanner = new();
    private static readonly byte[] Key = new byte[32];

    [Fact]
    public void Replacing_puts_the_kind_or_a_template_of_the_language_in_its_place()
    {
        var redactor = new PersonalDataRedactor(
            Scanner,
            new RedactionOptions
            {
                Templates = new Dictionary<string, string> { ["iban"] = "(account)", ["iban/de"] = "(Konto)" },
            }
        );

        Assert.Equal("Write to [EMAIL], pay to (account) or [PAYMENT_CARD].", redactor.Redact(Text).Text);
        Assert.Equal("Write to [EMAIL], pay to (Konto) or [PAYMENT_CARD].", redactor.Redact(Text, "de").Text);
    }

    [Fact]
    public void Masking_keeps_the_last_characters_where_the_kind_allows()
    {
        var redactor = new PersonalDataRedactor(Scanner, new RedactionOptions { Action = PersonalDataAction.Mask });

        Assert.Equal("Write to ****************, pay to **** **** **** **** **30 00 or **** **** **** 1111.", redactor.Redact(Text).Text);
        Assert.Equal("SSN ***********", redactor.Redact("SSN 219-09-9999").Text);
        Assert.Equal("+** ** ****20", redactor.Redact("+49 30 901820").Text);
    }

    [Fact]
    public void Hashing_gives_the_same_token_to_the_same_value_however_it_is_written()
    {
        using var cipher = new PersonalDataCipher(Key);
        var redactor = new PersonalDataRedactor(Scanner, new RedactionOptions { Action = PersonalDataAction.Hash }, cipher);

        var one = redactor.Redact("DE89 3704 0044 0532 0130 00").Text;
        Assert.Equal(one, redactor.Redact("DE89370400440532013000").Text);
        Assert.Matches("^\\[IBAN:[0-9a-f]{16}\\]$", one);
        Assert.Equal(redactor.Redact("Jane@Example.com").Text, redactor.Redact("jane@example.com").Text);
        Assert.NotEqual(one, redactor.Redact("GB82WEST12345698765432").Text);
        Assert.Matches("^\\[IP_ADDRESS:[0-9a-f]{16}\\]$", redactor.Redact("198.41.0.4").Text);
    }

    [Fact]
    public void The_map_says_where_everything_stood_and_stands()
    {
        using var cipher = new PersonalDataCipher(Key);
        var redactor = new PersonalDataRedactor(
            Scanner,
            new RedactionOptions
            {
                Actions = new Dictionary<string, PersonalDataAction>
                {
                    ["iban"] = PersonalDataAction.Encrypt,
                    ["email"] = PersonalDataAction.Mask,
                },
            },
            cipher
        );

        var redacted = redactor.Redact(Text);

        Assert.Equal(
            ["jane@example.com", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111"],
            redacted.Replaced.Select(piece => piece.Original.Of(Text).ToString())
        );
        Assert.Equal(
            ["****************", cipher.Encrypt("iban", "DE89 3704 0044 0532 0130 00"), "[PAYMENT_CARD]"],
            redacted.Replaced.Select(piece => piece.Replacement.Of(redacted.Text).ToString())
        );
        Assert.Equal("de", redacted.Replaced[1].Country);
        Assert.Equal(
            [PersonalDataAction.Mask, PersonalDataAction.Encrypt, PersonalDataAction.Replace],
            redacted.Replaced.Select(piece => piece.Action)
        );
    }

    [Fact]
    public void A_text_without_personal_data_stays_as_it_is() =>
        Assert.Equal("Nothing here.", new PersonalDataRedactor(Scanner).Redact("Nothing here.").Text);

    [Fact]
    public void Options_that_cannot_be_kept_are_refused()
    {
        Assert.Throws<InvalidInputException>(() =>
            new PersonalDataRedactor(Scanner, new RedactionOptions { Action = PersonalDataAction.Hash })
        );
        Assert.Throws<InvalidInputException>(() => new PersonalDataRedactor(Scanner, new RedactionOptions { KeepLast = -1 }));
        Assert.Throws<InvalidInputException>(() =>
            new PersonalDataRedactor(Scanner, new RedactionOptions { Templates = new Dictionary<string, string> { ["ibna"] = "x" } })
        );
    }
}
