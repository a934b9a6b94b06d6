namespace Plumbline.Moderation.PersonalData;

/// <summary>The kinds of personal data and secrets that are told apart.</summary>
public static class PersonalDataKinds
{
    /// <summary>An e-mail address.</summary>
    public const string Email = "email";

    /// <summary>A telephone number.</summary>
    public const string Phone = "phone";

    /// <summary>The number of a payment card.</summary>
    public const string PaymentCard = "payment_card";

    /// <summary>An international bank account number.</summary>
    public const string Iban = "iban";

    /// <summary>A bank's code (BIC, ISO 9362).</summary>
    public const string Bic = "bic";

    /// <summary>A number that a state gives a person: identity, social security, tax.</summary>
    public const string NationalId = "national_id";

    /// <summary>A passport's number.</summary>
    public const string Passport = "passport";

    /// <summary>A driving licence's number.</summary>
    public const string DrivingLicence = "driving_licence";

    /// <summary>A date of birth.</summary>
    public const string BirthDate = "birth_date";

    /// <summary>A postal address.</summary>
    public const string PostalAddress = "postal_address";

    /// <summary>A public address of the Internet, version 4 or 6.</summary>
    public const string IpAddress = "ip_address";

    /// <summary>The hardware address of a network interface.</summary>
    public const string MacAddress = "mac_address";

    /// <summary>An address of a cryptocurrency.</summary>
    public const string CryptoAddress = "crypto_address";

    /// <summary>A key, a token or a password.</summary>
    public const string Secret = "secret";

    /// <summary>User name and password in an address.</summary>
    public const string UrlCredentials = "url_credentials";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Email,
        Phone,
        PaymentCard,
        Iban,
        Bic,
        NationalId,
        Passport,
        DrivingLicence,
        BirthDate,
        PostalAddress,
        IpAddress,
        MacAddress,
        CryptoAddress,
        Secret,
        UrlCredentials,
    ];
}
