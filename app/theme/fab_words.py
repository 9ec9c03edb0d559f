"""Better English for titles of Flask-AppBuilder; in other languages its catalogue already has plain words."""

from __future__ import annotations

WORDS = {
    "List Users": "Users",
    "List Roles": "Roles",
    "List Groups": "Groups",
    "User's Statistics": "Sign-in statistics",
    "User Statistics": "Sign-in statistics",
    "User Registrations": "Registrations",
    "List of Registration Requests": "Registrations",
    "Base Permissions": "Permissions",
    "List Base Permissions": "Permissions",
    "Views/Menus": "Views and menus",
    "List View Menus": "Views and menus",
    "Permission on Views/Menus": "Permissions on views",
    "List Permissions on Views/Menus": "Permissions on views",
    "Show User": "User",
    "Show Role": "Role",
    "Show Group": "Group",
    "Add User": "New user",
    "Add Role": "New role",
    "Add Group": "New group",
    "Edit User": "Edit user",
    "Edit Role": "Edit role",
    "Edit Group": "Edit group",
    "Your user information": "Profile",
    "Edit User Information": "Edit profile",
    "Reset Password Form": "New password",
    "Reset my password": "Change my password",
    "Reset Password": "Set a new password",
    "First Name": "First name",
    "Last Name": "Last name",
    "User Name": "User name",
    "Is Active?": "Active",
    "Confirm Password": "Repeat the password",
    "Login count": "Sign-ins",
    "Failed login count": "Failed sign-ins",
    "Last login": "Last sign-in",
    "User info": "Account",
    "Personal Info": "Person",
    "Audit Info": "Record keeping",
    "Role": "Roles",
    "Write the user first name or names": "",
    "Write the user last name": "",
    "Username valid for authentication on DB or LDAP, unused for OID auth": "What the person types to sign in.",
    "The user's email, this will also be used for OID auth": "Notifications go here.",
    "It's not a good policy to remove a user, just make it inactive": "Switch an account off rather than deleting it.",
    "The user role on the application, this will associate with a list of permissions": "What the person may do.",
    "The user group on the application, this will associate with a list of roles associated with the group": (
        "The person gets all roles of the group."
    ),
    "The user's password for authentication": "",
    "Please rewrite the user's password to confirm": "",
    "Email": "E-mail",
}


def plain(text: object) -> str:
    """The text, in better English where it is one of Flask-AppBuilder's titles."""
    words = str(text)
    return WORDS.get(words, words)
