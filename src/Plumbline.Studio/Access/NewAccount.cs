using System.Security.Cryptography;
using Plumbline.Feedback.Accounts;

namespace Plumbline.Studio.Access;

/// <summary>Makes accounts.</summary>
internal static class NewAccount
{
    private const int Digits = 32;

    /// <summary>An account with an id that says nothing.</summary>
    /// <param name="name">What the person signs in by.</param>
    public static Account Named(string name) =>
        new()
        {
            Id = RandomNumberGenerator.GetHexString(Digits, lowercase: true),
            SignInName = name,
            SecurityStamp = RandomNumberGenerator.GetHexString(Digits),
            ConcurrencyStamp = RandomNumberGenerator.GetHexString(Digits),
        };
}
