using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Plumbline.Feedback.Accounts;

namespace Plumbline.Studio.Access;

/// <summary>Keeps the keys of cookies and forms in the store, so that people stay signed in when the server starts again or is one of several.</summary>
/// <param name="accounts">Where they lie.</param>
internal sealed class StoredKeys(IAccountStore accounts) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        // The interface is synchronous; keys are read when the server starts and once a day.
        [.. Task.Run(() => accounts.ReadKeysAsync()).GetAwaiter().GetResult().Select(XElement.Parse)];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => accounts.KeepKeyAsync(friendlyName, element.ToString(SaveOptions.DisableFormatting))).GetAwaiter().GetResult();
}
